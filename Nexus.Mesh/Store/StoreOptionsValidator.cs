using Microsoft.Extensions.Options;

namespace Nexus.Mesh.Store;

[OptionsValidator]
internal sealed partial class StoreOptionsValidator : IValidateOptions<StoreOptions>;
