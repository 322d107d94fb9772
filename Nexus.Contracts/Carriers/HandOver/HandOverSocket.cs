using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>One end of a hand-over connection: messages out, one after the other, waiting for room where there is none.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HandOverSocket(Socket socket) : IDisposable
{
    private static readonly byte[] s_nop = HandOverFormat.Of(HandOverMessageKind.Nop);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _gate = new();
    private readonly Queue<byte[]> _posts = []; // at most one for each stream
    private Task _posting = Task.CompletedTask;

    public Socket Socket => socket;

    /// <summary>A new socket of the right kind, not connected.</summary>
    public static Socket Create() => new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);

    /// <summary>Whether the other end is somebody who could look into our memory anyway.</summary>
    public static bool IsOurs(Socket connected) => LinuxSockets.PeerUser(connected) is { } user && (user == 0 || user == LinuxSockets.UserId);

    /// <summary>Whole or not at all.</summary>
    /// <exception cref="OperationCanceledException">It waited for room, and was not sent.</exception>
    public async ValueTask<HandOverSend> SendAsync(ReadOnlyMemory<byte> message, SafeHandle? attached, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                switch (LinuxSockets.Send(socket.SafeHandle, message.Span, attached))
                {
                    case LinuxSockets.Success: return HandOverSend.Sent;
                    case LinuxSockets.Interrupted: break;
                    case LinuxSockets.TryAgain or LinuxSockets.NoBuffers:
                        // The framework can wait for room only by sending something.
                        await socket.SendAsync(s_nop, SocketFlags.None, cancellationToken).ConfigureAwait(false);
                        break;
                    case LinuxSockets.MessageTooLong or LinuxSockets.TooManyReferences: return HandOverSend.Impossible;
                    default: return HandOverSend.Lost;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return HandOverSend.Lost;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Sends what may as well be lost.</summary>
    public void TrySend(ReadOnlySpan<byte> message) => TrySendNow(message);

    /// <summary>Sends now, or when there is room.</summary>
    public void Post(byte[] message)
    {
        lock (_gate)
        {
            if (_posts.Count == 0 && TrySendNow(message)) return;
            _posts.Enqueue(message);
            if (_posts.Count == 1) _posting = SendPostsAsync(message);
        }
    }

    /// <summary>Until all that was posted by now has been sent, or never will be.</summary>
    public Task WhenPostedAsync()
    {
        lock (_gate) return _posting;
    }

    public void Dispose() => socket.Dispose();

    /// <summary>False when there was no room.</summary>
    private bool TrySendNow(ReadOnlySpan<byte> message)
    {
        try
        {
            return LinuxSockets.Send(socket.SafeHandle, message, null) is not (LinuxSockets.TryAgain or LinuxSockets.NoBuffers or LinuxSockets.Interrupted);
        }
        catch (ObjectDisposedException)
        {
            return true; // over
        }
    }

    private async Task SendPostsAsync(byte[] first)
    {
        await Task.Yield(); // the caller holds the lock
        for (var next = first; next is not null;)
        {
            await SendAsync(next, null, CancellationToken.None).ConfigureAwait(false);
            lock (_gate)
            {
                _posts.Dequeue();
                next = _posts.Count > 0 ? _posts.Peek() : null;
            }
        }
    }
}
