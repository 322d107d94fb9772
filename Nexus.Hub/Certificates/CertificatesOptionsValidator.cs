using Microsoft.Extensions.Options;

namespace Nexus.Hub.Certificates;

[OptionsValidator]
internal sealed partial class CertificatesOptionsValidator : IValidateOptions<CertificatesOptions>;
