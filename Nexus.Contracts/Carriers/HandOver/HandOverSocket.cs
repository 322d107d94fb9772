using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>One end of a hand-over connection: messages out, one after the other, waiting for room where there is none.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HandOverSocket(Socket socket) : IDisposable
{
    private static readonly byte[] s_nop = HandOverFormat.Of(HandOverMessageKind.Nop);

    private readonly SemaphoreSlim _turn = new(1);

    public Socket Socket => socket;

    /// <summary>A new socket of the right kind, not connected.</summary>
    public static Socket Create() => new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);

    /// <summary>Whether the other end is somebody who could look into our memory anyway.</summary>
    public static bool IsOurs(Socket connected) => LinuxSockets.PeerUser(connected) is { } user && (user == 0 || user == LinuxSockets.UserId);

    /// <summary>Whole or not at all.</summary>
    /// <exception cref="OperationCanceledException">It waited for room, and was not sent.</exception>
    public async ValueTask<HandOverSend> SendAsync(ReadOnlyMemory<byte> message, SafeSocketHandle? attached, CancellationToken cancellationToken)
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
    public void TrySend(ReadOnlySpan<byte> message)
    {
        try
        {
            LinuxSockets.Send(socket.SafeHandle, message, null);
        }
        catch (ObjectDisposedException)
        {
            // Over.
        }
    }

    public void Dispose() => socket.Dispose();
}
