using System.Net;
using System.Net.Sockets;

namespace Nexus.Edge.Datagrams;

/// <summary>
/// One datagram at a time with what every system has. It cannot choose the address that it answers from: on a machine with several,
/// bind one of them.
/// </summary>
internal sealed class PortableDatagramSocket : DatagramSocket
{
    private readonly byte[] _data;
    private readonly int _maxDatagram;
    private EndPoint _remote;
    private int _length;

    public PortableDatagramSocket(Socket socket, int maxDatagram)
        : base(socket)
    {
        _data = new byte[maxDatagram + 1]; // the one more tells what was too large
        _maxDatagram = maxDatagram;
        _remote = Anybody;
    }

    private EndPoint Anybody => new IPEndPoint(Socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);

    public override int Receive()
    {
        try
        {
            _remote = Anybody;
            _length = Socket.ReceiveFrom(_data, ref _remote);
            return 1;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
        {
            return 0;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.MessageSize or SocketError.ConnectionReset)
        {
            _length = _data.Length; // larger than the buffer, or the echo of a reply that nobody took: of no use
            return 1;
        }
    }

    public override bool Get(int index, out FlowKey remote, out FlowAddress local, out ReadOnlySpan<byte> datagram)
    {
        var from = (IPEndPoint)_remote;
        var scope = from.Address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } address ? (uint)address.ScopeId : 0;
        remote = new(FlowAddress.Read(from.Address.GetAddressBytes()), (ushort)from.Port, scope);
        local = default;
        datagram = _data.AsSpan(0, Math.Min(_length, _maxDatagram));
        return _length <= _maxDatagram;
    }

    public override bool TrySend(in FlowKey remote, FlowAddress local, ReadOnlySpan<byte> datagram)
    {
        var address = remote.Address.ToIPAddress(remote.Scope);
        if (Socket.AddressFamily == AddressFamily.InterNetworkV6) address = address.MapToIPv6();
        try
        {
            return Socket.SendTo(datagram, SocketFlags.None, new IPEndPoint(address, remote.Port)) == datagram.Length;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
