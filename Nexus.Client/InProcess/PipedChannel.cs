using Nexus.Protocol.Channels;

namespace Nexus.Client.InProcess;

/// <summary>A user's connection that something in this process serves, over a pair of pipes; how it ends is up to who serves.</summary>
/// <param name="pipes">Between the session and who serves.</param>
internal abstract class PipedChannel(InProcessPipes pipes) : IByteChannel
{
    /// <summary>The session's end of the pipes.</summary>
    protected PipeChannel Channel { get; } = new(pipes);

    public ValueTask WaitToReadAsync(CancellationToken cancellationToken) => Channel.WaitToReadAsync(cancellationToken);

    public ChannelRead TryRead(Span<byte> buffer) => Channel.TryRead(buffer);

    public int TryWrite(ReadOnlySpan<byte> bytes) => Channel.TryWrite(bytes);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => Channel.WriteAsync(bytes, cancellationToken);

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => Channel.CompleteWritesAsync(cancellationToken);

    public abstract void Abort();

    public abstract ValueTask DisposeAsync();
}
