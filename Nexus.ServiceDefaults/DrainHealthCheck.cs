using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Nexus.ServiceDefaults;

internal sealed class DrainHealthCheck(Drain drain) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(drain.IsDraining ? HealthCheckResult.Unhealthy("Stopping.") : HealthCheckResult.Healthy());
}
