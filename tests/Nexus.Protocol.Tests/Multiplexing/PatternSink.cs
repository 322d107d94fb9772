using Nexus.Protocol.Channels;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>Takes the bytes of a <see cref="PatternSource"/> at random speed, checks each, and may break at an offset.</summary>
internal sealed class PatternSink(int seed, int breaksAt = int.MaxValue) : IByteChannel
{
    private readonly Random _random = new(seed);
    private int _offset;
    private int _writers;

    public int Received => _offset;

    public bool IsCompleted { get; private set; }

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        Enter();
        try
        {
            return _random.Next(3) == 0 ? Take(bytes) : Take(bytes[.._random.Next(bytes.Length)]);
        }
        finally
        {
            Interlocked.Decrement(ref _writers);
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            for (var i = _random.Next(6); i > 0; i--) await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            Take(bytes.Span);
        }
        finally
        {
            Interlocked.Decrement(ref _writers);
        }
    }

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        Enter();
        IsCompleted = true; // and stays entered: nothing may be written any more
        return ValueTask.CompletedTask;
    }

    public ValueTask WaitToReadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ChannelRead TryRead(Span<byte> buffer) => ChannelRead.Empty;

    public void Abort()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Enter() => Assert.Equal(1, Interlocked.Increment(ref _writers));

    private int Take(ReadOnlySpan<byte> bytes)
    {
        if (_offset + bytes.Length > breaksAt) throw new IOException("The sink broke.");
        foreach (var value in bytes) Assert.Equal(PatternSource.At(seed, _offset++), value);
        return bytes.Length;
    }
}
