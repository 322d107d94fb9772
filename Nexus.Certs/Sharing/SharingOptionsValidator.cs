using Microsoft.Extensions.Options;

namespace Nexus.Certs.Sharing;

[OptionsValidator]
internal sealed partial class SharingOptionsValidator : IValidateOptions<SharingOptions>;
