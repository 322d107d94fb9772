namespace Nexus.Client;

/// <summary>How things stand with the certificate of a host name.</summary>
public enum NexusCertificateState
{
    /// <summary>There is none yet, and nothing is under way: there is no session, or another process is at it.</summary>
    Waiting,

    /// <summary>The first one is being obtained.</summary>
    Ordering,

    /// <summary>There is one. It may be in renewal.</summary>
    Present,

    /// <summary>There is none, because the last attempt failed; another one follows.</summary>
    Failed,
}
