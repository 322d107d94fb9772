using Nexus.ServiceDefaults;

namespace Nexus.Hub.Certificates;

internal static class CertificatesHosting
{
    public static void AddCertificates(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<CertificatesOptions, CertificatesOptionsValidator>(CertificatesOptions.SectionName)
            .Configure<IConfiguration>((options, configuration) =>
                options.Address ??= ServiceAddress.TryGetGrpc(configuration, "certs", out var address) ? address : null);
        builder.Services.AddSingleton<HubCertificate>();
        builder.Services.AddHostedService<CertificateWatcher>();
        builder.Services.AddHealthChecks().AddCheck<CertificateHealthCheck>("certificate");
    }
}
