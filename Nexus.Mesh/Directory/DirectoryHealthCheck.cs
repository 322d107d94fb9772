using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Nexus.Mesh.Directory;

/// <summary>Tells how much is known. An empty directory is healthy: hubs come to it only when it runs.</summary>
internal sealed class DirectoryHealthCheck(RouteDirectory directory) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var table = directory.Table;
        return Task.FromResult(HealthCheckResult.Healthy($"{table.Targets.Count} hubs, {table.RouteCount} routes, revision {table.Revision}."));
    }
}
