using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Nexus.Mesh.Store;

/// <summary>Without Redis the mesh serves what it knows and what its own hubs announce: degraded, never unhealthy.</summary>
internal sealed class StoreHealthCheck(StoreStatus status) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(status switch
    {
        { Failure: { } failure } => HealthCheckResult.Degraded($"Redis: {failure.ToErrorType()}."),
        { IsConnected: false } => HealthCheckResult.Degraded("Redis: connecting."),
        _ => HealthCheckResult.Healthy("Redis: connected."),
    });
}
