using Nexus.Protocol.Channels;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>A source that always has more, up to a total.</summary>
internal sealed class EndlessSource(long total = long.MaxValue, byte fill = 0) : IByteChannel
{
    private long _left = total;

    public ValueTask WaitToReadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ChannelRead TryRead(Span<byte> buffer)
    {
        if (_left == 0) return ChannelRead.End;
        var count = (int)Math.Min(buffer.Length, _left);
        buffer[..count].Fill(fill);
        _left -= count;
        return ChannelRead.Data(count);
    }

    public int TryWrite(ReadOnlySpan<byte> bytes) => bytes.Length;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void Abort() => _left = 0;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
