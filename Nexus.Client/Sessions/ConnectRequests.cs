using System.Net;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;

namespace Nexus.Client.Sessions;

/// <summary>Reads a <c>connect</c> message as a request.</summary>
internal static class ConnectRequests
{
    public static NexusConnectRequest From(in ControlMessage connect, string backendName)
    {
        var original = connect.Hostname ?? "";
        var hostname = HostName.Normalize(original);
        var address = connect.ClientAddress ?? "";
        return new()
        {
            BackendName = backendName,
            StreamId = connect.StreamId.ToGuid(),
            Hostname = hostname.Length > 0 ? hostname : original,
            OriginalHostname = original,
            Port = connect.Port,
            RemoteEndPoint = IPEndPoint.TryParse(address, out var remote) ? remote : null,
            RawClientAddress = address,
            IsTls = connect.IsTls,
            Transport = connect.Transport == StreamTransport.Udp ? NexusTransport.Udp : NexusTransport.Tcp,
        };
    }

    /// <summary>What the log and the events know of a connection that we have asked for: not where it goes.</summary>
    public static NexusConnectRequest ForOutbound(StreamId id, int port, string backendName) => new()
    {
        BackendName = backendName,
        StreamId = id.ToGuid(),
        Hostname = "",
        OriginalHostname = "",
        Port = port,
        RawClientAddress = "",
        IsTls = false,
        Transport = NexusTransport.Tcp,
    };
}
