using Microsoft.Extensions.Options;

namespace Nexus.Hub.Outbound;

[OptionsValidator]
internal sealed partial class OutboundOptionsValidator : IValidateOptions<OutboundOptions>;
