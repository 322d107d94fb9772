using Nexus.Protocol.Channels;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>A source of known bytes that come in pieces of random size, at random moments, and may end with a reset.</summary>
internal sealed class PatternSource(int seed, int total, bool resets) : IByteChannel
{
    private readonly Random _random = new(seed);
    private int _offset;

    public static byte At(int seed, int offset) => (byte)((offset * 31) + (offset >> 8) + seed);

    public async ValueTask WaitToReadAsync(CancellationToken cancellationToken)
    {
        for (var i = _random.Next(4); i > 0; i--) await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
    }

    public ChannelRead TryRead(Span<byte> buffer)
    {
        if (_random.Next(8) == 0) return ChannelRead.Empty;
        if (_offset == total) return resets ? ChannelRead.Reset : ChannelRead.End;
        var most = Math.Min(buffer.Length, total - _offset);
        var count = _random.Next(3) == 0 ? most : _random.Next(1, Math.Min(most, 3_000) + 1);
        for (var i = 0; i < count; i++) buffer[i] = At(seed, _offset++);
        return ChannelRead.Data(count);
    }

    public int TryWrite(ReadOnlySpan<byte> bytes) => 0;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void Abort()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
