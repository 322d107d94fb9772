using Nexus.Protocol.Channels;

namespace Nexus.Mesh.Peering.Tunnels;

/// <summary>
/// The local side of a tunnel whose hub is still being looked for: takes nothing and gives nothing until there is one, and is that stream
/// from then on.
/// </summary>
internal sealed class LateChannel : IByteChannel
{
    private readonly TaskCompletionSource<IByteChannel> _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IByteChannel? _channel;

    public bool WaitsPromptly => _channel is { WaitsPromptly: true };

    /// <summary>Once. The stream stays its owner's.</summary>
    public void Become(IByteChannel channel)
    {
        _channel = channel;
        _arrival.SetResult(channel);
    }

    public ValueTask WaitToReadAsync(CancellationToken cancellationToken) =>
        _channel is { } channel ? channel.WaitToReadAsync(cancellationToken) : new(_arrival.Task.WaitAsync(cancellationToken));

    public ChannelRead TryRead(Span<byte> buffer) => _channel?.TryRead(buffer) ?? ChannelRead.Empty;

    public int TryWrite(ReadOnlySpan<byte> bytes) => _channel?.TryWrite(bytes) ?? 0;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await (_channel ?? await _arrival.Task.WaitAsync(cancellationToken)).WriteAsync(bytes, cancellationToken);

    public async ValueTask CompleteWritesAsync(CancellationToken cancellationToken) =>
        await (_channel ?? await _arrival.Task.WaitAsync(cancellationToken)).CompleteWritesAsync(cancellationToken);

    public void Abort() => _channel?.Abort();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
