using Microsoft.Extensions.Options;

namespace Nexus.Hub.HandOver;

[OptionsValidator]
internal sealed partial class HandOverOptionsValidator : IValidateOptions<HandOverOptions>;
