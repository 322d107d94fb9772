using Microsoft.Extensions.Options;

namespace Nexus.ServiceDefaults;

[OptionsValidator]
internal sealed partial class DrainOptionsValidator : IValidateOptions<DrainOptions>;
