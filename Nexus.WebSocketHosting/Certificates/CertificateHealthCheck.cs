using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Nexus.WebSocketHosting.Certificates;

/// <summary>The service is not ready before its first certificate: nobody could connect.</summary>
internal sealed class CertificateHealthCheck(NodeCertificate certificate) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(certificate.IsPresent
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("No certificate has arrived from Certs."));
}
