using Microsoft.Extensions.Options;

namespace Nexus.Certs.Public;

[OptionsValidator]
internal sealed partial class PublicOptionsValidator : IValidateOptions<PublicOptions>;
