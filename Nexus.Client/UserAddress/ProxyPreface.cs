using System.Net;
using System.Net.Sockets;
using System.Text;
using Nexus.Protocol.Channels;
using Nexus.Protocol.ProxyProtocol;

namespace Nexus.Client.UserAddress;

/// <summary>Puts a PROXY header with the user's address in front of everything that a local target gets.</summary>
internal static class ProxyPreface
{
    /// <summary>
    /// The channel, whose target gets the header first. It is sent at once, so that a service that speaks first is not kept waiting;
    /// only that of a user who speaks TLS, and so speaks first, goes with the user's first bytes, which name the protocol.
    /// </summary>
    /// <remarks>The channel is disposed when the header cannot be sent.</remarks>
    /// <exception cref="IOException">The target has ended the connection already.</exception>
    public static async ValueTask<IByteChannel> AddAsync(IByteChannel channel, NexusConnectRequest request, NexusProxyProtocol protocol, CancellationToken cancellationToken)
    {
        if (protocol == NexusProxyProtocol.V2 && request.IsTls) return new ProxyPrefaceChannel(channel, request);
        return await AddAsync(channel, request, protocol, alpn: default, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same for a user whose application protocol is known, or who has none: the header is sent at once.</summary>
    public static async ValueTask<IByteChannel> AddAsync(
        IByteChannel channel, NexusConnectRequest request, NexusProxyProtocol protocol, ReadOnlyMemory<byte> alpn, CancellationToken cancellationToken)
    {
        if (protocol == NexusProxyProtocol.None) return channel;
        try
        {
            await channel.WriteAsync(Write(request, protocol, alpn.Span), cancellationToken).ConfigureAwait(false);
            return channel;
        }
        catch
        {
            await channel.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <param name="request">Who the user is.</param>
    /// <param name="protocol">V1 or V2.</param>
    /// <param name="alpn">The user's application protocol, if one is known.</param>
    public static byte[] Write(NexusConnectRequest request, NexusProxyProtocol protocol, ReadOnlySpan<byte> alpn)
    {
        var addresses = request.RemoteEndPoint is { } user ? ProxyAddresses.Tcp(user, DestinationOf(request, user)) : ProxyAddresses.Unspecified;
        if (protocol == NexusProxyProtocol.V1)
        {
            var line = new byte[ProxyHeader.MaxLengthV1];
            ProxyHeaderWriter.TryWriteV1(line, addresses, out var length); // always enough
            return line[..length];
        }

        var authority = Encoding.UTF8.GetBytes(request.Hostname);
        var tlvs = new ProxyTlvs
        {
            Authority = authority.Length <= ProxyTlvs.MaxAuthorityLength ? authority : default,
            UniqueId = Encoding.ASCII.GetBytes(request.StreamId.ToString("D")),
            Alpn = alpn,
        };
        var header = new byte[ProxyHeaderWriter.SizeV2(addresses, tlvs)];
        ProxyHeaderWriter.TryWriteV2(header, ProxyCommand.Proxy, addresses, tlvs, out _); // has that size, and the extensions fit
        return header;
    }

    /// <summary>The hub tells only the port that the user reached: the address is left open.</summary>
    private static IPEndPoint DestinationOf(NexusConnectRequest request, IPEndPoint user) =>
        new(user.AddressFamily == AddressFamily.InterNetworkV6 && !user.Address.IsIPv4MappedToIPv6 ? IPAddress.IPv6Any : IPAddress.Any, request.Port is >= 0 and <= IPEndPoint.MaxPort ? request.Port : 0);
}
