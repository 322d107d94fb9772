using System.Threading.Tasks.Sources;
using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>Gives a number of chunks, each after a wait that is really waited for, and takes everything; allocates nothing meanwhile.</summary>
internal sealed class CountingChannel(int chunks, bool writesWait) : IByteChannel, IValueTaskSource, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<bool> _arrival;
    private int _left = chunks;
    private bool _hasChunk;

    public long Taken { get; private set; }

    public ValueTask WaitToReadAsync(CancellationToken cancellationToken)
    {
        _arrival.Reset();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        return new ValueTask(this, _arrival.Version);
    }

    public ChannelRead TryRead(Span<byte> buffer)
    {
        if (_left == 0) return ChannelRead.End;
        if (!_hasChunk) return ChannelRead.Empty;

        _hasChunk = false;
        _left--;
        return ChannelRead.Data(buffer.Length);
    }

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        if (writesWait) return 0;

        Taken += bytes.Length;
        return bytes.Length;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Taken += bytes.Length;
        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void Abort() => _left = 0;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Execute()
    {
        _hasChunk = true;
        _arrival.SetResult(true);
    }

    public void GetResult(short token) => _arrival.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _arrival.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _arrival.OnCompleted(continuation, state, token, flags);
}
