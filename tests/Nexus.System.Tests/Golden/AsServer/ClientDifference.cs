namespace Nexus.SystemTests.Golden.AsServer;

/// <summary>Where our client is meant to differ from the recorded one. Each is asserted wherever it is listed.</summary>
internal enum ClientDifference
{
    /// <summary>The hub's disconnect needs no answer (spec/node.md §2.3).</summary>
    EndIsNotEchoed,

    /// <summary>A broken local connection is a local_error, not normal (spec/client.md §17, D15).</summary>
    ErrorsAreNamed,

    /// <summary>Late data of a stream that was refused is no news (spec/client.md §17, D19).</summary>
    LateDataIsNoNews,

    /// <summary>A burst before the first grant arrived is no violation: there is room for it (spec/client.md §17, D8).</summary>
    BurstIsTaken,

    /// <summary>A command that gives no token is asked again until the hub gives up (spec/client.md §5).</summary>
    TokensAreAskedForAgain,

    /// <summary>Stopping refuses new users, ends idle streams soon, and says goodbye with 1001 (spec/client.md §13).</summary>
    StopIsOrderly,
}
