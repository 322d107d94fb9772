using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Nexus.Identities;

/// <summary>Gets the identity before anything listens or calls, and a new one at half of its life.</summary>
internal sealed class IdentityKeeper(
    ServiceIdentity identity, IIdentityIssuer issuer, IdentityTerms terms, IConfiguration configuration, TimeProvider time, ILogger<IdentityKeeper> logger)
    : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan s_firstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longestRetry = TimeSpan.FromMinutes(1);

    private readonly bool _isNeeded = InternalAddresses.NeedIdentity(configuration);

    /// <summary>Waits for Certs as long as it takes; a refusal ends the start.</summary>
    /// <exception cref="OptionsValidationException">The join token is of no use.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!_isNeeded) return;
        try
        {
            await ObtainAsync(null, cancellationToken);
        }
        catch (IdentityRefusedException e)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(IdentityOptions), [$"{nameof(IdentityOptions.JoinToken)}: {e.Message}"]);
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (identity.Current is { } current)
            {
                await WaitAsync(HalfLife(current) - time.GetUtcNow(), stoppingToken);
                await RenewAsync(current, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    /// <summary>A tenth earlier or later, so that those who joined together do not come back together.</summary>
    private static DateTimeOffset HalfLife(Identity current) =>
        current.NotBefore + ((current.NotAfter - current.NotBefore) * (0.45 + (0.1 * Random.Shared.NextDouble())));

    private async Task RenewAsync(Identity current, CancellationToken stoppingToken)
    {
        try
        {
            await ObtainAsync(current, stoppingToken);
        }
        catch (IdentityRefusedException e)
        {
            // Certs may be set right meanwhile.
            IdentityLog.RenewalRefused(logger, e.Message, current.NotAfter);
            await WaitAsync(s_longestRetry, stoppingToken);
        }
    }

    private async Task ObtainAsync(Identity? current, CancellationToken cancellationToken)
    {
        for (var retry = s_firstRetry; ; retry = retry * 2 < s_longestRetry ? retry * 2 : s_longestRetry)
        {
            try
            {
                var next = await issuer.IssueAsync(current, cancellationToken);
                identity.Use(next);
                IdentityLog.InUse(logger, terms.Role, next.NotAfter);
                return;
            }
            catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
            {
                IdentityLog.NotIssued(logger, e.StatusCode, e.Status.Detail, current?.ToString() ?? "none");
            }

            await WaitAsync((retry / 2) + (retry / 2 * Random.Shared.NextDouble()), cancellationToken);
        }
    }

    private Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken) => pause > TimeSpan.Zero ? Task.Delay(pause, time, cancellationToken) : Task.CompletedTask;
}
