using System.Net.Sockets;

namespace Nexus.Hub.Outbound;

/// <summary>How a dial ended: a connected socket, which is the taker's, or why there is none.</summary>
internal readonly record struct OutboundDial(Socket? Socket, OutboundRefusal Refusal)
{
    public static OutboundDial Connected(Socket socket) => new(socket, default);

    public static OutboundDial Refused(OutboundRefusal refusal) => new(null, refusal);
}
