using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Nexus.Client.Outbound;

namespace Nexus.Client.Socks5;

/// <summary>
/// RFC 1928 as far as it is served: no authentication, CONNECT. Reads not one byte more than the handshake has: what follows it
/// is the application's.
/// </summary>
internal sealed class Socks5Handshake(Socket socket)
{
    private const byte Version = 5;
    private const byte NoAuthentication = 0x00;
    private const byte NoAcceptableMethod = 0xff;
    private const byte Connect = 1;

    private readonly byte[] _buffer = new byte[byte.MaxValue + 2];

    /// <summary>The target; null when the application has been told what it asks in vain, or does not speak SOCKS5.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    public async Task<OutboundAddress?> ReadRequestAsync(CancellationToken cancellationToken)
    {
        if (!await AgreeOnMethodAsync(cancellationToken).ConfigureAwait(false)) return null;
        if (!await TryReadAsync(4, cancellationToken).ConfigureAwait(false) || _buffer[0] != Version) return null;
        var (command, type) = (_buffer[1], _buffer[3]);
        if (command != Connect)
        {
            await ReplyAsync(Socks5Reply.CommandNotSupported, cancellationToken).ConfigureAwait(false);
            return null;
        }

        switch (type)
        {
            case 1:
                return await ReadAddressAsync(4, cancellationToken).ConfigureAwait(false);
            case 3:
                return await ReadNameAsync(cancellationToken).ConfigureAwait(false);
            case 4:
                return await ReadAddressAsync(16, cancellationToken).ConfigureAwait(false);
            default:
                await ReplyAsync(Socks5Reply.AddressTypeNotSupported, cancellationToken).ConfigureAwait(false);
                return null;
        }
    }

    /// <summary>Always ten bytes: nobody is told an address.</summary>
    public Task ReplyAsync(Socks5Reply reply, CancellationToken cancellationToken) =>
        SendAsync([Version, (byte)reply, 0, 1, 0, 0, 0, 0, 0, 0], cancellationToken);

    private async Task<bool> AgreeOnMethodAsync(CancellationToken cancellationToken)
    {
        if (!await TryReadAsync(2, cancellationToken).ConfigureAwait(false) || _buffer[0] != Version || _buffer[1] == 0) return false;
        var count = _buffer[1];
        if (!await TryReadAsync(count, cancellationToken).ConfigureAwait(false)) return false;
        var agrees = _buffer.AsSpan(0, count).Contains(NoAuthentication);
        await SendAsync([Version, agrees ? NoAuthentication : NoAcceptableMethod], cancellationToken).ConfigureAwait(false);
        return agrees;
    }

    private async Task<OutboundAddress?> ReadAddressAsync(int size, CancellationToken cancellationToken)
    {
        if (!await TryReadAsync(size + 2, cancellationToken).ConfigureAwait(false)) return null;
        return OutboundAddress.Of(new IPAddress(_buffer.AsSpan(0, size)), BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(size)));
    }

    private async Task<OutboundAddress?> ReadNameAsync(CancellationToken cancellationToken)
    {
        if (!await TryReadAsync(1, cancellationToken).ConfigureAwait(false) || _buffer[0] == 0) return null;
        var size = _buffer[0];
        if (!await TryReadAsync(size + 2, cancellationToken).ConfigureAwait(false)) return null;
        // As it is: whether it makes sense is the hub's to say.
        return new(Encoding.UTF8.GetString(_buffer, 0, size), BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(size)));
    }

    private async Task<bool> TryReadAsync(int count, CancellationToken cancellationToken)
    {
        for (var received = 0; received < count;)
        {
            var read = await socket.ReceiveAsync(_buffer.AsMemory(received, count - received), cancellationToken).ConfigureAwait(false);
            if (read == 0) return false;
            received += read;
        }

        return true;
    }

    private async Task SendAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < bytes.Length;) sent += await socket.SendAsync(bytes.AsMemory(sent), cancellationToken).ConfigureAwait(false);
    }
}
