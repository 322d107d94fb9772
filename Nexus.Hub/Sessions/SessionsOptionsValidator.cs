using Microsoft.Extensions.Options;

namespace Nexus.Hub.Sessions;

[OptionsValidator]
internal sealed partial class SessionsOptionsValidator : IValidateOptions<SessionsOptions>;
