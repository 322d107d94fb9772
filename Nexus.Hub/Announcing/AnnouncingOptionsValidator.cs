using Microsoft.Extensions.Options;

namespace Nexus.Hub.Announcing;

[OptionsValidator]
internal sealed partial class AnnouncingOptionsValidator : IValidateOptions<AnnouncingOptions>;
