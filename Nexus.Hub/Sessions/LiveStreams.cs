using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Hub.Sessions;

/// <summary>All user streams of this hub, so that somebody can look at them and wait for their end.</summary>
internal sealed class LiveStreams(IOptions<SessionsOptions> options)
{
    private const long Megabyte = 1024 * 1024;

    // Not before the first user: what is wrong with the options is reported when the host starts.
    private readonly Lazy<ReceiveBudget> _memory = new(() => new(Math.Min(options.Value.PauseAboveMegabytes, options.Value.MaxQueuedMegabytes) * Megabyte, endAbove: long.MaxValue));

    private readonly ConcurrentDictionary<UserStream, bool> _streams = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource? _empty;
    private int _count;

    /// <summary>What they may hold together before those that hold most are paused.</summary>
    public ReceiveBudget Memory => _memory.Value;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Frames that wait for users.</summary>
    public int QueuedFrames => _streams.Keys.Sum(stream => stream.QueuedFrames);

    /// <summary>Memory that is held for them.</summary>
    public long QueuedBytes => Memory.Used;

    public void Add(UserStream stream)
    {
        _streams[stream] = true;
        lock (_gate) _count++;
    }

    public void Remove(UserStream stream)
    {
        _streams.TryRemove(stream, out _);
        lock (_gate)
        {
            if (--_count > 0) return;
            _empty?.TrySetResult();
            _empty = null;
        }
    }

    public IEnumerable<UserStream> All => _streams.Keys;

    /// <summary>Completes when no stream is there any more.</summary>
    public Task WhenEmptyAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_count == 0) return Task.CompletedTask;
            _empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task.WaitAsync(cancellationToken);
        }
    }
}
