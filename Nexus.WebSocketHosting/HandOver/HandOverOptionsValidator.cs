using Microsoft.Extensions.Options;

namespace Nexus.WebSocketHosting.HandOver;

[OptionsValidator]
internal sealed partial class HandOverOptionsValidator : IValidateOptions<HandOverOptions>;
