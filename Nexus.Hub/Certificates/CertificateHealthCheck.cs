using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Nexus.Hub.Certificates;

/// <summary>The hub is not ready before its first certificate: no backend could connect.</summary>
internal sealed class CertificateHealthCheck(HubCertificate certificate) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(certificate.IsPresent
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("No certificate has arrived from Certs."));
}
