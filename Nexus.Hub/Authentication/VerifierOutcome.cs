namespace Nexus.Hub.Authentication;

/// <summary>How a question to the remote verifier ended (spec/node.md §1.8).</summary>
internal enum VerifierOutcome
{
    /// <summary>200, valid, with claims.</summary>
    Valid,

    /// <summary>200, not valid.</summary>
    Refused,

    /// <summary>An answer that is none: another status below 500, no JSON, no claims, too long. There is no way around it.</summary>
    BadAnswer,

    /// <summary>Status 500 or above: the local secrets may stand in.</summary>
    Failed,

    /// <summary>No connection: the local secrets may stand in.</summary>
    Unreachable,

    /// <summary>No answer in time: the local secrets may stand in.</summary>
    TimedOut,
}
