using Microsoft.Extensions.Options;

namespace Nexus.WebSocketHosting.Certificates;

[OptionsValidator]
internal sealed partial class CertificatesOptionsValidator : IValidateOptions<CertificatesOptions>;
