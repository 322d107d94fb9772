using System.Diagnostics;
using System.Net;
using Grpc.Core;
using Nexus.Contracts.Carriers;
using Nexus.Hub.Sessions;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;

namespace Nexus.Hub.Streams;

/// <summary>What edges ask for, in the words of the backends' protocol.</summary>
internal static class OpenRequest
{
    /// <summary>False for a name that cannot be routed by.</summary>
    public static bool TryGetKey(OpenStream open, out RouteKey key)
    {
        if (open.Host.Length > 0) key = RouteKey.ForHost(open.Host);
        else key = open.Transport == StreamTransport.Udp ? RouteKey.ForUdpPort(open.ClaimedPort) : RouteKey.ForTcpPort(open.ClaimedPort);
        return !key.IsNone;
    }

    /// <summary>All fields of spec/node.md §2.3, but for the id; the credits are the backend's window.</summary>
    public static ControlMessage ToConnect(OpenStream open, RouteKey key, Activity? span) => new(ControlEvent.Connect, default)
    {
        Port = open.LocalPort,
        ClientAddress = ToText(open.ClientAddress),
        Transport = open.Transport,
        Hostname = key.ToWireText(),
        IsTls = open.IsTls,
        Credits = CreditWindow.Initial,
        CanHalfClose = open.Transport == StreamTransport.Tcp,
        TraceParent = span?.Id ?? open.TraceParent,
        TraceState = span is null ? open.TraceState : span.TraceStateString,
    };

    public static StatusCode ToStatus(StreamRefusal refusal) => refusal switch
    {
        StreamRefusal.InvalidOpen => StatusCode.InvalidArgument,
        StreamRefusal.UnsupportedTransport => StatusCode.Unimplemented,
        StreamRefusal.NoBackend => StatusCode.NotFound,
        StreamRefusal.BackendsFull => StatusCode.ResourceExhausted,
        StreamRefusal.Draining => StatusCode.Unavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, null),
    };

    /// <summary>Users of a dual-stack socket are shown with their IPv4 address (spec/node.md §2.3).</summary>
    private static string ToText(string address) =>
        IPEndPoint.TryParse(address, out var user) && user.Address.IsIPv4MappedToIPv6
            ? new IPEndPoint(user.Address.MapToIPv4(), user.Port).ToString()
            : address;
}
