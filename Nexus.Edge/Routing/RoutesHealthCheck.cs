using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Nexus.Edge.Routing;

/// <summary>Ready once the directory has answered.</summary>
internal sealed class RoutesHealthCheck(LiveRoutes routes) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(routes.IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The route directory has not answered yet."));
}
