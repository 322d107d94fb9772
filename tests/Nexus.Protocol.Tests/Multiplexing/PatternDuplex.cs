using Nexus.Protocol.Channels;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>A connection made of two patterns: what it says, and what it expects to hear.</summary>
internal sealed class PatternDuplex(PatternSource? says, PatternSink hears) : IByteChannel
{
    private readonly TaskCompletionSource _never = new();

    public PatternSink Hears { get; } = hears;

    public ValueTask WaitToReadAsync(CancellationToken cancellationToken) => says?.WaitToReadAsync(cancellationToken) ?? new(_never.Task.WaitAsync(cancellationToken));

    public ChannelRead TryRead(Span<byte> buffer) => says?.TryRead(buffer) ?? ChannelRead.Empty;

    public int TryWrite(ReadOnlySpan<byte> bytes) => Hears.TryWrite(bytes);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => Hears.WriteAsync(bytes, cancellationToken);

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => Hears.CompleteWritesAsync(cancellationToken);

    public void Abort()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
