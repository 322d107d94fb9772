using Microsoft.Extensions.Options;

namespace Nexus.Mesh.Directory;

[OptionsValidator]
internal sealed partial class DirectoryOptionsValidator : IValidateOptions<DirectoryOptions>;
