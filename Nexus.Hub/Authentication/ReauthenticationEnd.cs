namespace Nexus.Hub.Authentication;

/// <summary>How the watch over a session's tokens ended.</summary>
internal enum ReauthenticationEnd
{
    /// <summary>The session ended first.</summary>
    Cancelled,

    /// <summary>No token within the grace.</summary>
    TimedOut,

    /// <summary>The token was refused.</summary>
    Refused,
}
