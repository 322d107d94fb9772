using System.Diagnostics;
using Grpc.Core;
using Nexus.Contracts.Carriers;
using Nexus.Hub.Sessions;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;

namespace Nexus.Hub.Streams;

/// <summary>What edges ask for, in the words of the backends' protocol.</summary>
internal static class OpenRequest
{
    /// <summary>All fields of spec/node.md §2.3, but for the id; the credits are the backend's window.</summary>
    public static ControlMessage ToConnect(OpenStream open, RouteKey key, Activity? span) => new(ControlEvent.Connect, default)
    {
        Port = open.LocalPort,
        ClientAddress = open.ShownAddress,
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
}
