using Microsoft.Extensions.Options;

namespace Nexus.Certs.Storage;

[OptionsValidator]
internal sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;
