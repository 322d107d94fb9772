using Microsoft.Extensions.Options;
using Nexus.Mesh.Configuration;
using Nexus.Mesh.Directory;

namespace Nexus.Mesh.Store;

/// <summary>
/// Keeps a connection to Redis, as long as the service runs: makes one, lets the parts work on it until the first of them fails,
/// and makes another. Nothing of the directory waits for it, except the first watchers for a bounded time.
/// </summary>
internal sealed class RedisStore : BackgroundService
{
    private static readonly TimeSpan s_firstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestRetry = TimeSpan.FromSeconds(3);

    private readonly AnnouncementWriter _writer;
    private readonly AnnouncementReader _reader;
    private readonly MembersSync _members;
    private readonly StoreStatus _status;
    private readonly StoreMetrics _metrics;
    private readonly MeshIdentity _identity;
    private readonly IOptions<RedisOptions> _redis;
    private readonly StoreOptions _options;
    private readonly TimeProvider _time;

    public RedisStore(
        RouteDirectory directory,
        AnnouncementWriter writer,
        AnnouncementReader reader,
        MembersSync members,
        StoreStatus status,
        StoreMetrics metrics,
        MeshIdentity identity,
        IOptions<RedisOptions> redis,
        IOptions<StoreOptions> options,
        TimeProvider time)
    {
        (_writer, _reader, _members, _status, _metrics, _identity, _redis, _options, _time) = (writer, reader, members, status, metrics, identity, redis, options.Value, time);
        // Hosted services are made before the endpoints listen: no watcher is earlier.
        directory.SettleAfter(status.Settled);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!RedisAddress.TryParse(_redis.Value.Redis, out var address, out _)) return; // never: it is validated
        using var patience = new CancellationTokenSource(_options.LoadTimeout, _time);
        using var giveUp = patience.Token.Register(_status.GiveUpWaiting);
        var retry = s_firstRetry;
        while (!stoppingToken.IsCancellationRequested)
        {
            var began = _time.GetTimestamp();
            await TryRunAsync(address, stoppingToken);
            if (_time.GetElapsedTime(began) > _options.RenewInterval) retry = s_firstRetry;

            // Half of the pause is random, so that meshes do not come back in step.
            var pause = (retry / 2) + (retry / 2 * Random.Shared.NextDouble());
            await Task.Delay(pause, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            retry = retry * 2 < s_longestRetry ? retry * 2 : s_longestRetry;
        }

        _status.Closed();
    }

    private async Task TryRunAsync(RedisAddress address, CancellationToken stoppingToken)
    {
        try
        {
            await using var session = await RedisSession.ConnectAsync(address, _identity.NodeId, _options, _metrics, _time);
            await RunAsync(session, stoppingToken);
        }
        catch (StoreException ex)
        {
            _status.Lost(ex);
        }
    }

    private async Task RunAsync(RedisSession session, CancellationToken stoppingToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task[] parts = [_writer.RunAsync(session, over.Token), _reader.RunAsync(session, over.Token), _members.RunAsync(session, over.Token)];
        var first = await Task.WhenAny(parts);
        await over.CancelAsync();
        await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await first;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(_writer.LeaveAsync(session), _members.LeaveAsync(session));
        }
    }
}
