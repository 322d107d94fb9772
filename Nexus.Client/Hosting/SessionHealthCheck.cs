using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Nexus.Client.Hosting;

/// <summary>Whether users can reach a client: by all of its hubs, by some, or by none.</summary>
internal sealed class SessionHealthCheck(NexusClient client) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var sessions = client.Sessions;
        var connected = sessions.Count(session => session.State == NexusSessionState.Connected);
        var status = connected == 0 ? context.Registration.FailureStatus : connected < sessions.Count ? HealthStatus.Degraded : HealthStatus.Healthy;
        // Errors by kind only: addresses do not belong on a page that anybody may see.
        var errors = sessions.Select(session => session.LastError).OfType<NexusConnectError>().Distinct().ToArray();
        var description = $"{connected} of {sessions.Count} sessions{(errors.Length > 0 ? $" ({string.Join(", ", errors)})" : "")}";
        return Task.FromResult(new HealthCheckResult(status, description));
    }
}
