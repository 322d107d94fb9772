namespace Nexus.Client.Outbound;

/// <summary>How the request for a connection ended.</summary>
internal enum OutboundOutcome
{
    Connected,

    /// <summary>The hub refused, or did not reach the target.</summary>
    Refused,

    /// <summary>The hub did not answer in 15 s.</summary>
    TimedOut,

    /// <summary>There is no session, it ended meanwhile, or the client stops.</summary>
    NoSession,

    /// <summary>Who asked has taken the request back.</summary>
    Cancelled,
}
