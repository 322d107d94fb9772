using System.Net;
using Google.Protobuf;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;
using Wire = Nexus.Contracts.Streams.V1;

namespace Nexus.Contracts.Carriers;

/// <summary>What a target must know about a user connection before its bytes.</summary>
public sealed record OpenStream
{
    // RFC 1035 §2.3.4; W3C Trace Context §3.2 (55 characters in version 00) and §3.3.1.5 (512 must be passed on).
    private const int MaxHostLength = 253;
    private const int MaxTraceParentLength = 128;
    private const int MaxTraceStateLength = 512;

    /// <summary>The user's "ip:port", IPv6 in brackets, IPv4-mapped addresses as IPv4.</summary>
    public required string ClientAddress { get; init; }

    /// <summary>The public port that the user reached, 1 to 65 535.</summary>
    public required int LocalPort { get; init; }

    /// <summary>The normalised name that the user asked for; empty for a port claim.</summary>
    public string Host { get; init; } = "";

    /// <summary>The claimed port, 1 to 65 535, when there is no <see cref="Host"/>; else 0.</summary>
    public int ClaimedPort { get; init; }

    /// <summary>Whether the first bytes are a TLS ClientHello.</summary>
    public bool IsTls { get; init; }

    /// <summary>One of the texts of <see cref="StreamTransport"/>.</summary>
    public string Transport { get; init; } = StreamTransport.Tcp;

    /// <summary>What a backend is to call a UDP flow that has a name already, as those of peers do; nil: the target chooses.</summary>
    public StreamId FlowId { get; init; }

    /// <summary>W3C Trace Context; empty when not traced.</summary>
    public string TraceParent { get; init; } = "";

    /// <summary>W3C Trace Context; empty when there is none.</summary>
    public string TraceState { get; init; } = "";

    /// <summary><see cref="ClientAddress"/> as it is shown to backends: users of a dual-stack socket with their IPv4 address (spec/node.md §2.3).</summary>
    public string ShownAddress => IPEndPoint.TryParse(ClientAddress, out var user) && user.Address.IsIPv4MappedToIPv6
        ? new IPEndPoint(user.Address.MapToIPv4(), user.Port).ToString()
        : ClientAddress;

    /// <summary>What is asked for; false for a name that cannot be routed by.</summary>
    public bool TryGetKey(out RouteKey key)
    {
        if (Host.Length > 0) key = RouteKey.ForHost(Host);
        else key = Transport == StreamTransport.Udp ? RouteKey.ForUdpPort(ClaimedPort) : RouteKey.ForTcpPort(ClaimedPort);
        return !key.IsNone;
    }

    internal Wire.OpenStream ToWire() => new()
    {
        FlowId = IdToWire(FlowId),
        ClientAddress = ClientAddress,
        LocalPort = (uint)LocalPort,
        Host = Host,
        ClaimedPort = (uint)ClaimedPort,
        IsTls = IsTls,
        Transport = Transport == StreamTransport.Udp ? Wire.Transport.Udp : Wire.Transport.Tcp,
        TraceParent = TraceParent,
        TraceState = TraceState,
    };

    /// <summary>Null when a field is missing, contradicts another, or is out of its range.</summary>
    internal static OpenStream? FromWire(Wire.OpenStream wire)
    {
        var isClaim = wire.Host.Length == 0;
        var isValid = IPEndPoint.TryParse(wire.ClientAddress, out _)
            && IsPort(wire.LocalPort)
            && wire.Host.Length <= MaxHostLength
            && (isClaim ? IsPort(wire.ClaimedPort) : wire.ClaimedPort == 0)
            && wire.Transport != Wire.Transport.Unspecified
            && (wire.FlowId.Length is 0 or StreamId.Size)
            && wire.TraceParent.Length <= MaxTraceParentLength
            && wire.TraceState.Length <= MaxTraceStateLength;
        if (!isValid) return null;

        return new OpenStream
        {
            FlowId = wire.FlowId.Length == StreamId.Size ? StreamId.Read(wire.FlowId.Span) : default,
            ClientAddress = wire.ClientAddress,
            LocalPort = (int)wire.LocalPort,
            Host = wire.Host,
            ClaimedPort = (int)wire.ClaimedPort,
            IsTls = wire.IsTls,
            Transport = wire.Transport == Wire.Transport.Udp ? StreamTransport.Udp : StreamTransport.Tcp,
            TraceParent = wire.TraceParent,
            TraceState = wire.TraceState,
        };
    }

    private static ByteString IdToWire(StreamId id)
    {
        if (id.IsNil) return ByteString.Empty;
        Span<byte> bytes = stackalloc byte[StreamId.Size];
        id.Write(bytes);
        return ByteString.CopyFrom(bytes);
    }

    private static bool IsPort(uint number) => number is >= 1 and <= 65_535;
}
