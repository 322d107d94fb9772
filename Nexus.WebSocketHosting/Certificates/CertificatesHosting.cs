using Nexus.Contracts.Certs.V1;
using Nexus.ServiceDefaults;

namespace Nexus.WebSocketHosting.Certificates;

internal static class CertificatesHosting
{
    /// <summary>A <see cref="NodeCertificate"/> that Certs keeps current.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="section">Of the options, e.g. "Nexus:Hub:Certificates".</param>
    /// <param name="purpose">Which certificate.</param>
    public static void AddNodeCertificate(this IHostApplicationBuilder builder, string section, CertificatePurpose purpose)
    {
        builder.AddValidatedOptions<CertificatesOptions, CertificatesOptionsValidator>(section)
            .Configure<IConfiguration>((options, configuration) => options.Find(configuration));
        builder.Services.AddSingleton<NodeCertificate>();
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<CertificateWatcher>(services, purpose));
        builder.Services.AddHealthChecks().AddCheck<CertificateHealthCheck>("certificate");
    }
}
