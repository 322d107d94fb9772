using Nexus.Identities;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Distribution;

internal static class DistributionHosting
{
    public static void AddDistribution(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<GrpcEndpointOptions>().Validate(endpoint => !string.IsNullOrWhiteSpace(endpoint.Url), $"{nameof(GrpcEndpointOptions.Url)}: is missing.");
        var services = builder.Services;
        services.AddGrpc();
        services.AddSingleton<DistributionMetrics>();
        services.AddSingleton<CertificateFeed>();
        services.AddSingleton<CertificatesService>();
        services.AddHealthChecks().AddCheck<CertificateHealthCheck>("certificate");
    }

    public static void MapDistribution(this WebApplication app) => app.MapGrpcService<CertificatesService>().OnInternalEndpointsOnly().ForRoles(ServiceRole.Hub, ServiceRole.Mesh);
}
