using Microsoft.Extensions.Options;

namespace Nexus.Certs.Joining;

[OptionsValidator]
internal sealed partial class JoiningOptionsValidator : IValidateOptions<JoiningOptions>;
