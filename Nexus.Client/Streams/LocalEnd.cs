using Nexus.Client.InProcess;
using Nexus.Protocol.Channels;

namespace Nexus.Client.Streams;

/// <summary>
/// The local side of a stream from before it exists: until the dial has ended, reads and writes wait. So what the user
/// sends early is queued like everything else, in order.
/// </summary>
internal sealed class LocalEnd : IByteChannel
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IByteChannel? _channel;
    private volatile bool _aborted;

    /// <summary>Why the local side has ended in both directions, if it says so: then nothing more of the user is waited for.</summary>
    public StreamEnd? End => (Volatile.Read(ref _channel) as ServedChannel)?.End;

    public bool IsOpen => Volatile.Read(ref _channel) is not null;

    /// <summary>The dial succeeded; <paramref name="channel"/> belongs to this end from here on.</summary>
    public void Open(IByteChannel channel)
    {
        Volatile.Write(ref _channel, channel);
        _ready.TrySetResult();
        if (_aborted) channel.Abort();
    }

    public ValueTask WaitToReadAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _channel) is { } channel ? channel.WaitToReadAsync(cancellationToken) : WaitForChannelAsync(cancellationToken);

    /// <summary>As the channel does, which must be there when this is asked.</summary>
    public bool WaitsPromptly => Volatile.Read(ref _channel) is { WaitsPromptly: true };

    private async ValueTask WaitForChannelAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _channel) is null) await _ready.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (Volatile.Read(ref _channel) is { } channel) await channel.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
    }

    public ChannelRead TryRead(Span<byte> buffer) =>
        Volatile.Read(ref _channel) is { } channel ? channel.TryRead(buffer) : _aborted ? ChannelRead.Reset : ChannelRead.Empty;

    public int TryWrite(ReadOnlySpan<byte> bytes) => Volatile.Read(ref _channel) is { } channel ? channel.TryWrite(bytes) : 0;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await (await OpenedAsync(cancellationToken).ConfigureAwait(false)).WriteAsync(bytes, cancellationToken).ConfigureAwait(false);

    public async ValueTask CompleteWritesAsync(CancellationToken cancellationToken) =>
        await (await OpenedAsync(cancellationToken).ConfigureAwait(false)).CompleteWritesAsync(cancellationToken).ConfigureAwait(false);

    public void Abort()
    {
        _aborted = true;
        Volatile.Read(ref _channel)?.Abort();
        _ready.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        _ready.TrySetResult();
        if (Volatile.Read(ref _channel) is { } channel) await channel.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<IByteChannel> OpenedAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _channel) is { } opened) return opened;
        await _ready.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Volatile.Read(ref _channel) ?? throw new IOException("There is no connection to the local service.");
    }
}
