using Microsoft.Extensions.Options;

namespace Nexus.Hub.Stun;

[OptionsValidator]
internal sealed partial class StunOptionsValidator : IValidateOptions<StunOptions>;
