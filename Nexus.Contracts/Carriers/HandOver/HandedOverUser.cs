using System.Runtime.Versioning;
using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>
/// A user's own socket, or one of a pair with its caller, behind the first bytes, which came with it. Before <see cref="TakeOver"/> it is
/// the caller's still, and here it looks broken.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class HandedOverUser(HandOverArrival arrival) : IByteChannel, IDisposable
{
    private ReadOnlyMemory<byte> _prelude = arrival.Prelude;
    private volatile IByteChannel? _socket;

    /// <summary>The caller knows that it is ours.</summary>
    public void TakeOver() => _socket = arrival.Pair is { } pair ? pair : new SocketChannel(arrival.User);

    public bool WaitsPromptly => true;

    public ValueTask WaitToReadAsync(CancellationToken cancellationToken) =>
        _prelude.IsEmpty && _socket is { } socket ? socket.WaitToReadAsync(cancellationToken) : ValueTask.CompletedTask;

    public ChannelRead TryRead(Span<byte> buffer)
    {
        if (_socket is not { } socket) return ChannelRead.Reset;
        if (_prelude.IsEmpty) return socket.TryRead(buffer);
        var count = Math.Min(buffer.Length, _prelude.Length);
        _prelude.Span[..count].CopyTo(buffer);
        _prelude = _prelude[count..];
        if (_prelude.IsEmpty) ForgetPrelude();
        return ChannelRead.Data(count);
    }

    /// <summary>Nothing before <see cref="TakeOver"/>: an answer may be there before the caller has heard that the user was taken, and waits.</summary>
    public int TryWrite(ReadOnlySpan<byte> bytes) => _socket?.TryWrite(bytes) ?? 0;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => Socket().WriteAsync(bytes, cancellationToken);

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => Socket().CompleteWritesAsync(cancellationToken);

    public void Abort()
    {
        if (_socket is not { } socket) return;
        arrival.Reset(); // closing ours would not do it while the caller holds its own
        socket.Abort();
    }

    /// <summary>Closes the connection here. First for those who wait for it: nobody else watches a user's socket.</summary>
    public void Dispose()
    {
        if (_socket is SocketChannel own) own.Dispose();
        arrival.LetGo();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void ForgetPrelude()
    {
        _prelude = default;
        arrival.ForgetPrelude();
    }

    private IByteChannel Socket() => _socket ?? throw new IOException("The connection is not ours.");
}
