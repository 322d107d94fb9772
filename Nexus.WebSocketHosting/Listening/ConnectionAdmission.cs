using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Nexus.WebSocketHosting.Listening;

/// <summary>Bounds the connections that have not authenticated yet, in number and in time, before TLS costs anything.</summary>
internal sealed class ConnectionAdmission(IWebSocketGate gate, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private int _total;

    /// <summary>Connection middleware: everything after it runs for admitted connections only.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var source = SourceOf(connection.RemoteEndPoint);
        if (TryEnter(source) is { } refusal)
        {
            gate.ConnectionRefused(refusal);
            connection.Abort();
            return;
        }

        using var pending = new PendingConnection(connection, () => Leave(source), gate.Terms.UpgradeTimeout, time);
        connection.Features.Set(pending);
        await next(connection);
    }

    private AdmissionRefusal? TryEnter(IPAddress source)
    {
        lock (_gate)
        {
            if (_total >= gate.Terms.MaxUnauthenticated) return AdmissionRefusal.Total;
            var ofSource = _byAddress.GetValueOrDefault(source);
            if (ofSource >= gate.Terms.MaxUnauthenticatedPerAddress) return AdmissionRefusal.Address;
            _byAddress[source] = ofSource + 1;
            _total++;
            return null;
        }
    }

    private void Leave(IPAddress source)
    {
        lock (_gate)
        {
            _total--;
            if (_byAddress[source] == 1) _byAddress.Remove(source);
            else _byAddress[source]--;
        }
    }

    /// <summary>One household or host is one /64 in IPv6, one address in IPv4.</summary>
    internal static IPAddress SourceOf(EndPoint? remote)
    {
        if (remote is not IPEndPoint { Address: var address }) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
