using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>A user who says one byte at a time, and takes everything.</summary>
internal sealed class TricklingChannel : IByteChannel
{
    private readonly SemaphoreSlim _signal = new(0);
    private readonly SemaphoreSlim _waiting = new(0);
    private volatile bool _isAborted;
    private volatile bool _hasByte;

    /// <summary>Says a byte; completes when it was dealt with and the next is waited for.</summary>
    public async Task SayAsync()
    {
        await _waiting.WaitAsync(TestContext.Current.CancellationToken);
        _hasByte = true;
        _signal.Release();
        await _waiting.WaitAsync(TestContext.Current.CancellationToken);
        _waiting.Release(); // it still is
    }

    public async ValueTask WaitToReadAsync(CancellationToken cancellationToken)
    {
        _waiting.Release();
        await _signal.WaitAsync(cancellationToken);
    }

    public ChannelRead TryRead(Span<byte> buffer)
    {
        if (_isAborted) return ChannelRead.Reset;
        if (!_hasByte) return ChannelRead.Empty;
        _hasByte = false;
        return ChannelRead.Data(1);
    }

    public int TryWrite(ReadOnlySpan<byte> bytes) => bytes.Length;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void Abort()
    {
        _isAborted = true;
        _signal.Release();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
