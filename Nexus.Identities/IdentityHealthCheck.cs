using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Nexus.Identities;

/// <summary>With an identity that has ended nobody lets this process in.</summary>
internal sealed class IdentityHealthCheck(ServiceIdentity identity, IConfiguration configuration, TimeProvider time) : IHealthCheck
{
    private readonly bool _isNeeded = InternalAddresses.NeedIdentity(configuration);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(!_isNeeded || identity.Current?.NotAfter > time.GetUtcNow()
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The identity among the services has ended, or there is none."));
}
