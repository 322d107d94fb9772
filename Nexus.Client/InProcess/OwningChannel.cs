using Nexus.Protocol.Channels;

namespace Nexus.Client.InProcess;

/// <summary>A channel that something belongs to, which is disposed after it.</summary>
internal sealed class OwningChannel(IByteChannel inner, IAsyncDisposable owned) : IByteChannel
{
    private int _isDisposed;

    public ValueTask WaitToReadAsync(CancellationToken cancellationToken) => inner.WaitToReadAsync(cancellationToken);

    public ChannelRead TryRead(Span<byte> buffer) => inner.TryRead(buffer);

    public int TryWrite(ReadOnlySpan<byte> bytes) => inner.TryWrite(bytes);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => inner.WriteAsync(bytes, cancellationToken);

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => inner.CompleteWritesAsync(cancellationToken);

    public void Abort() => inner.Abort();

    public async ValueTask DisposeAsync()
    {
        try
        {
            await inner.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0) await owned.DisposeAsync().ConfigureAwait(false);
        }
    }
}
