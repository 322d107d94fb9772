using Microsoft.Extensions.Options;

namespace Nexus.Certs.Manual;

[OptionsValidator]
internal sealed partial class ManualOptionsValidator : IValidateOptions<ManualOptions>;
