using Microsoft.Extensions.Options;

namespace Nexus.Mesh.Configuration;

[OptionsValidator]
internal sealed partial class MeshOptionsValidator : IValidateOptions<MeshOptions>;
