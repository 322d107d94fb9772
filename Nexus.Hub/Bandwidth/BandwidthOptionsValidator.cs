using Microsoft.Extensions.Options;

namespace Nexus.Hub.Bandwidth;

[OptionsValidator]
internal sealed partial class BandwidthOptionsValidator : IValidateOptions<BandwidthOptions>;
