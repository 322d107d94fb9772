using Nexus.Protocol.Backend;

namespace Nexus.Protocol.Peering;

/// <summary>
/// The reasons of both protocols as texts, so that one engine carries them: what a lane is finished with, and what a received
/// close message has for its <see cref="ControlMessage.Reason"/>.
/// </summary>
public static class PeerCloseReasonText
{
    /// <summary>See <see cref="PeerCloseReason.Reset"/>.</summary>
    public const string Reset = "reset";

    /// <summary>See <see cref="PeerCloseReason.NoBackend"/>.</summary>
    public const string NoBackend = "no_backend";

    /// <summary>See <see cref="PeerCloseReason.Draining"/>.</summary>
    public const string Draining = "draining";

    /// <summary>The text that a lane is finished with.</summary>
    public static string ToText(this PeerCloseReason reason) => reason switch
    {
        PeerCloseReason.Orderly => DisconnectReason.Normal,
        PeerCloseReason.Reset => Reset,
        PeerCloseReason.DialFailed => DisconnectReason.DialFailed,
        PeerCloseReason.NoBackend => NoBackend,
        PeerCloseReason.Full => DisconnectReason.BufferFull,
        PeerCloseReason.Draining => Draining,
        _ => DisconnectReason.Unknown,
    };

    /// <summary>The reason for a text of either protocol; null without a text, and for one that is not known.</summary>
    public static PeerCloseReason? Find(string? text) => text switch
    {
        DisconnectReason.Normal => PeerCloseReason.Orderly,
        Reset or DisconnectReason.LocalError or DisconnectReason.Timeout or DisconnectReason.SessionEnded or DisconnectReason.PauseViolated => PeerCloseReason.Reset,
        DisconnectReason.DialFailed => PeerCloseReason.DialFailed,
        NoBackend => PeerCloseReason.NoBackend,
        DisconnectReason.BufferFull => PeerCloseReason.Full,
        Draining or DisconnectReason.Shutdown => PeerCloseReason.Draining,
        _ => null,
    };
}
