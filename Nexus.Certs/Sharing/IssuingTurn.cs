using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Nexus.Certs.Sharing;

/// <summary>Of several Certs one issues: the one that holds the lease. When it stops it gives the lease back; when it dies the lease ends.</summary>
internal sealed class IssuingTurn(SharedEntries entries, IOptions<SharingOptions> options, TimeProvider time, ILogger<IssuingTurn> logger)
{
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);

    private bool _isAway;

    /// <summary>This process, as the lease names its holder.</summary>
    public string Owner { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Runs until it is cancelled.</summary>
    /// <param name="lead">What the holder does; its token ends with the lease.</param>
    /// <param name="follow">What the others do, again and again.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Func<CancellationToken, Task> lead, Func<CancellationToken, Task> follow, CancellationToken cancellationToken)
    {
        using var pace = new PeriodicTimer(options.Value.LookInterval, time);
        do
        {
            try
            {
                await follow(cancellationToken);
                var since = time.GetTimestamp();
                var isOurs = await entries.TryAcquireAsync(Owner, cancellationToken);
                Told(null);
                if (isOurs) await LeadAsync(lead, since, cancellationToken);
            }
            catch (Exception e) when (e is SharedStoreException or WrongSealingKeyException)
            {
                Told(e.Message);
            }
        }
        while (await pace.WaitForNextTickAsync(cancellationToken));
    }

    private async Task LeadAsync(Func<CancellationToken, Task> lead, long since, CancellationToken cancellationToken)
    {
        SharingLog.Leads(logger);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var leading = lead(over.Token);
        var holding = HoldAsync(since, over.Token);
        await Task.WhenAny(leading, holding);
        await over.CancelAsync();
        await Task.WhenAll(leading, holding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        SharingLog.LeadsNoMore(logger);
        await ReleaseAsync();
        if (leading.IsFaulted) await leading;
    }

    /// <summary>Renews the lease at a third of it; returns when it is lost, or was not renewed in time.</summary>
    private async Task HoldAsync(long since, CancellationToken cancellationToken)
    {
        var lease = options.Value.Lease;
        using var pace = new PeriodicTimer(lease / 3, time);
        while (time.GetElapsedTime(since) < lease && await pace.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                var asked = time.GetTimestamp();
                if (!await entries.TryRenewAsync(Owner, cancellationToken)) return;
                since = asked;
                Told(null);
            }
            catch (SharedStoreException e)
            {
                Told(e.Message); // until the lease has ended
            }
        }
    }

    private async Task ReleaseAsync()
    {
        using var limit = new CancellationTokenSource(s_farewell, time);
        try
        {
            await entries.ReleaseAsync(Owner, limit.Token);
        }
        catch (Exception e) when (e is SharedStoreException or OperationCanceledException)
        {
            // It ends by itself.
        }
    }

    private void Told(string? problem)
    {
        if (problem is not null && !_isAway) SharingLog.Away(logger, problem);
        else if (problem is null && _isAway) SharingLog.Back(logger);
        _isAway = problem is not null;
    }
}
