using Microsoft.Extensions.Options;
using Nexus.Mesh.Configuration;

namespace Nexus.Mesh.Store;

/// <summary>How it stands with Redis, for the health check, the log (once for each change) and those who wait for the first load.</summary>
internal sealed class StoreStatus(IOptions<RedisOptions> redis, MeshIdentity identity, StoreMetrics metrics, ILogger<StoreStatus> logger)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isConnected;
    private StoreException? _connection;
    private readonly Dictionary<StorePart, StoreException> _writing = [];
    private StoreFailure? _told;
    private bool _isReadyTold;

    /// <summary>Completes when what Redis has was read once, or cannot be.</summary>
    public Task Settled => _settled.Task;

    /// <summary>What is the matter; null when nothing is, or nothing is known yet.</summary>
    public StoreFailure? Failure
    {
        get { lock (_lock) { return Present?.Failure; } }
    }

    /// <summary>Whether changes of others arrive.</summary>
    public bool IsConnected
    {
        get { lock (_lock) { return _isConnected; } }
    }

    /// <summary>All that Redis has was read, and changes arrive.</summary>
    public void Connected()
    {
        lock (_lock)
        {
            if (!_isConnected) metrics.Connected();
            _isConnected = true;
            _connection = null;
            Tell();
        }

        _settled.TrySetResult();
    }

    /// <summary>The connection is no more, or could not be made.</summary>
    public void Lost(StoreException error)
    {
        lock (_lock)
        {
            metrics.Failed(error.Failure);
            Disconnect();
            _connection = error;
            Tell();
        }

        _settled.TrySetResult();
    }

    /// <summary>The connection was given up because the service stops.</summary>
    public void Closed()
    {
        lock (_lock) { Disconnect(); }
    }

    private StoreException? Present => _connection ?? _writing.Values.MinBy(error => error.Failure);

    /// <summary>Runs a part's attempt to write. A failure of a command alone is its result, as the connection serves on.</summary>
    /// <returns>Whether it went well.</returns>
    public async Task<bool> WriteAsync(StorePart part, Task attempt)
    {
        try
        {
            await attempt;
            Wrote(part, null);
            return true;
        }
        catch (StoreException ex) when (ex.Failure.IsOfOneCommand())
        {
            Wrote(part, ex);
            return false;
        }
    }

    /// <summary>Nobody needs to wait for Redis any longer.</summary>
    public void GiveUpWaiting() => _settled.TrySetResult();

    private void Wrote(StorePart part, StoreException? error)
    {
        lock (_lock)
        {
            if (error is null) _writing.Remove(part);
            else _writing[part] = error;
            if (error is not null) metrics.Failed(error.Failure);
            if (_isConnected) Tell();
        }
    }

    private void Disconnect()
    {
        if (_isConnected) metrics.Disconnected();
        _isConnected = false;
    }

    private void Tell()
    {
        var present = Present;
        if (present?.Failure == _told && (present is not null || _isReadyTold)) return;
        (_told, _isReadyTold) = (present?.Failure, present is null);
        if (present is not null) StoreLog.Failed(logger, present.Failure, present.Message);
        else StoreLog.Ready(logger, RedisAddress.Describe(redis.Value.Redis), identity.Region);
    }
}
