using Microsoft.Extensions.Options;

namespace Nexus.Certs.Identities;

[OptionsValidator]
internal sealed partial class DevelopmentOptionsValidator : IValidateOptions<DevelopmentOptions>;
