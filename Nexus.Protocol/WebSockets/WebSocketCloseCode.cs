namespace Nexus.Protocol.WebSockets;

/// <summary>The close codes that Nexus sends (RFC 6455 §7.4.1).</summary>
public static class WebSocketCloseCode
{
    /// <summary>The purpose is fulfilled.</summary>
    public const ushort Normal = 1000;

    /// <summary>The side is going down or away.</summary>
    public const ushort GoingAway = 1001;

    /// <summary>The other side broke the protocol.</summary>
    public const ushort ProtocolError = 1002;

    /// <summary>Placeholder for "no code was sent"; never on the wire.</summary>
    public const ushort NoStatus = 1005;

    /// <summary>A policy was violated; every refusal of the backend handshake uses it (spec/node.md §1.3).</summary>
    public const ushort PolicyViolation = 1008;

    /// <summary>A message is larger than allowed.</summary>
    public const ushort MessageTooBig = 1009;

    /// <summary>Whether a peer may send <paramref name="code"/> (RFC 6455 §7.4).</summary>
    public static bool IsValidOnWire(ushort code) =>
        code is >= 1000 and <= 1003 or >= 1007 and <= 1014 or >= 3000 and <= 4999;
}
