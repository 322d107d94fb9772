namespace Nexus.Hub.Authentication;

/// <summary>What asking a status address has shown. Only the first is healthy.</summary>
internal enum AuthorizerHealth
{
    /// <summary>The final status was exactly 200.</summary>
    Healthy,

    /// <summary>Another status.</summary>
    OtherStatus,

    /// <summary>Nobody answers there.</summary>
    Unreachable,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>It leads where the hub does not go: an address that is not public, plain http, one redirect too many.</summary>
    Refused,
}
