using Microsoft.Extensions.Options;

namespace Nexus.Demo.Origin;

[OptionsValidator]
internal sealed partial class OriginOptionsValidator : IValidateOptions<OriginOptions>;
