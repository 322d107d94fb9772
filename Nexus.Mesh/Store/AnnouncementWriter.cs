using Microsoft.Extensions.Options;
using Nexus.Mesh.Configuration;
using Nexus.Mesh.Directory;

namespace Nexus.Mesh.Store;

/// <summary>
/// Writes the announcements that this mesh holds to Redis and says every few seconds that they still hold. While Redis is away
/// changes coalesce; when it is back all is compared and what is missing is written at once.
/// </summary>
internal sealed class AnnouncementWriter(
    RouteDirectory directory, AnnouncementKeys keys, MeshIdentity identity, StoreStatus status, IOptions<StoreOptions> options, TimeProvider time, ILogger<AnnouncementWriter> logger)
{
    private const int AtATime = 16;

    private static readonly TimeSpan s_firstRetry = TimeSpan.FromMilliseconds(250);

    private readonly StoreOptions _options = options.Value;
    private readonly HeldAnnouncements _held = directory.Hold();
    private readonly Dictionary<RouteAnnouncement, WrittenAnnouncement> _written = [];
    private readonly Dictionary<AnnouncementId, WrittenAnnouncement> _gone = [];
    private bool _isDisturbed;

    /// <summary>Writes until the token fires or Redis fails; one failed command alone is tried again later, ever more seldom.</summary>
    public async Task RunAsync(RedisSession session, CancellationToken cancellationToken)
    {
        session.Disturbed += Disturb;
        Disturb(); // little may be left of the leases
        var (renewed, reconciled, flushed) = (time.GetTimestamp(), time.GetTimestamp(), time.GetTimestamp());
        var retry = TimeSpan.Zero;
        while (true)
        {
            var isDisturbed = Interlocked.Exchange(ref _isDisturbed, false);
            if (isDisturbed || time.GetElapsedTime(renewed) >= _options.RenewInterval)
            {
                renewed = time.GetTimestamp();
                if (isDisturbed || time.GetElapsedTime(reconciled) >= _options.ReconcileInterval) reconciled = DoubtAll();
                await status.WriteAsync(StorePart.Renewal, RenewAsync(session, cancellationToken));
            }

            Take();
            if (retry == TimeSpan.Zero || time.GetElapsedTime(flushed) >= retry)
            {
                flushed = time.GetTimestamp();
                retry = await status.WriteAsync(StorePart.Announcements, FlushAsync(session, cancellationToken)) ? TimeSpan.Zero : Longer(retry);
            }

            var left = _options.RenewInterval - time.GetElapsedTime(renewed);
            await WaitAsync(retry > TimeSpan.Zero && retry < left ? retry : left, cancellationToken);
        }
    }

    /// <summary>The service stops: says what is over, and that the rest holds until its hubs have announced elsewhere.</summary>
    public async Task LeaveAsync(RedisSession session)
    {
        Take();
        foreach (var gone in _gone.Values) await gone.DeleteAsync(session);
        foreach (var written in _written.Values) await written.LeaveAsync(session);
    }

    /// <summary>The connection broke or was made anew, perhaps to a Redis that knows nothing: the session may go on as if nothing had been.</summary>
    private void Disturb()
    {
        Volatile.Write(ref _isDisturbed, true);
        _held.Wake();
    }

    private void Take()
    {
        var (changed, ended) = _held.Take();
        foreach (var announcement in ended)
        {
            // Hubs of a mesh that stops live, and announce elsewhere: what they serve is withdrawn by nobody.
            if (announcement is { End: AnnouncementEnd.Stopping, Source: RouteSource.Hub }) continue;
            if (!_written.Remove(announcement, out var written) || _gone.Count >= HeldAnnouncements.MaxEnded) continue;
            _gone[written.Id] = written;
        }

        foreach (var (announcement, touched) in changed)
        {
            if (!_written.TryGetValue(announcement, out var written))
            {
                _written[announcement] = written = new WrittenAnnouncement(announcement, directory, keys, identity.NodeId, logger);
            }

            // The same call of the same target again: one that does not count its calls.
            _gone.Remove(written.Id);
            written.Touch(touched);
        }
    }

    private async Task FlushAsync(RedisSession session, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken };
        foreach (var gone in _gone.Values.Where(gone => _written.Values.All(written => written.Id != gone.Id)).ToList())
        {
            await gone.DeleteAsync(session);
            _gone.Remove(gone.Id);
        }

        await Parallel.ForEachAsync(_written.Values.Where(written => written.IsDirty).ToList(), parallel, async (written, _) => await written.WriteAsync(session));
    }

    private async Task RenewAsync(RedisSession session, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(_written.Values.ToList(), parallel, async (written, _) => await written.RenewAsync(session));
        if (_written.Count > 0) await session.ExpireAsync(keys.Index, keys.IndexLease);
    }

    private TimeSpan Longer(TimeSpan retry) => retry == TimeSpan.Zero ? s_firstRetry : TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, _options.ReconcileInterval.Ticks));

    private long DoubtAll()
    {
        foreach (var written in _written.Values) written.Doubt();
        return time.GetTimestamp();
    }

    private async Task WaitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit > TimeSpan.Zero ? limit : TimeSpan.FromMilliseconds(1), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await _held.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Time to renew, or to try again.
        }
    }
}
