using Microsoft.Extensions.Options;

namespace Nexus.Hub.Authentication;

[OptionsValidator]
internal sealed partial class AuthenticationOptionsValidator : IValidateOptions<AuthenticationOptions>;
