using Microsoft.Extensions.Options;

namespace Nexus.Hub.OrchestratorRegistration;

[OptionsValidator]
internal sealed partial class OrchestratorRegistrationOptionsValidator : IValidateOptions<OrchestratorRegistrationOptions>;
