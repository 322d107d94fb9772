using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Nexus.Certs.Distribution;

/// <summary>Ready when there is a certificate that is still valid.</summary>
internal sealed class CertificateHealthCheck(CertificateFeed feed, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(feed.Current switch
    {
        null => HealthCheckResult.Unhealthy("No certificate yet."),
        { NotAfter: var end } when end <= time.GetUtcNow() => HealthCheckResult.Unhealthy($"The certificate expired at {end:u}."),
        { NotAfter: var end } => HealthCheckResult.Healthy($"Valid until {end:u}."),
    });
}
