using Nexus.Protocol.Channels;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>A source that breaks its contract: it throws instead of saying that it broke.</summary>
internal sealed class ThrowingSource : IByteChannel
{
    public ValueTask WaitToReadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ChannelRead TryRead(Span<byte> buffer) => throw new InvalidCastException();

    public int TryWrite(ReadOnlySpan<byte> bytes) => 0;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void Abort()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
