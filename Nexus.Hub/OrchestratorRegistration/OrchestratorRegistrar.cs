using Microsoft.Extensions.Options;
using Nexus.Hub.Stun;
using Nexus.ServiceDefaults;
using Nexus.WebSocketHosting.Certificates;

namespace Nexus.Hub.OrchestratorRegistration;

/// <summary>
/// Reports this hub to the orchestrator, and again in the interval it names. Ends first of all when the hub stops: no
/// heartbeat may bring new backends. There is no message for leaving; the heartbeats just end.
/// </summary>
internal sealed class OrchestratorRegistrar(
    RegistrationClient client, NodeCertificate certificate, IOptions<OrchestratorRegistrationOptions> options, IOptions<StunOptions> stun,
    Drain drain, OrchestratorRegistrationMetrics metrics, TimeProvider time, ILogger<OrchestratorRegistrar> logger) : BackgroundService
{
    private static readonly TimeSpan s_certificateLook = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value is not { Url: { } url, BackendPort: { } backendPort } valid) return;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, drain.Started);
        var body = new RegistrationBody
        {
            Region = valid.Region.Length > 0 ? valid.Region : null,
            BackendPort = backendPort,
            Services = stun.Value.Port > 0 ? new() { StunPort = stun.Value.Port } : null,
        };
        try
        {
            while (!certificate.IsPresent) await Task.Delay(s_certificateLook, time, ended.Token);
            await HeartbeatAsync(url, body, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The hub stops.
        }
    }

    private async Task HeartbeatAsync(Uri url, RegistrationBody body, CancellationToken cancellationToken)
    {
        var backoff = new RegistrationBackoff(Random.Shared);
        var wasRegistered = false;
        while (true)
        {
            var answer = await client.RegisterAsync(url, body, cancellationToken);
            metrics.Attempted(answer.Outcome);
            if (answer.Outcome == RegistrationOutcome.Refused)
            {
                OrchestratorRegistrationLog.Refused(logger);
                return;
            }

            TimeSpan wait;
            if (answer is { Outcome: RegistrationOutcome.Registered, Wait: { } interval })
            {
                wait = interval;
                backoff.Reset();
                if (!wasRegistered) OrchestratorRegistrationLog.Registered(logger, interval);
                wasRegistered = true;
            }
            else
            {
                wait = answer.Wait is { } asked ? backoff.AtLeast(asked) : backoff.Next();
                wasRegistered = false;
                OrchestratorRegistrationLog.Failed(logger, answer.Outcome, wait);
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }
}
