using Microsoft.Extensions.Options;

namespace Nexus.Mesh.Peering;

[OptionsValidator]
internal sealed partial class PeeringOptionsValidator : IValidateOptions<PeeringOptions>;
