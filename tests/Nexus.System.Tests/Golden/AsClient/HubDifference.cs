namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>Where our hub is meant to do better than the recorded server. Each is asserted wherever it is listed.</summary>
internal enum HubDifference
{
    /// <summary>A user's FIN is no end: no disconnect but a half_close, and what the backend sends afterwards still arrives (spec/node.md §2.9, §14 no. 5).</summary>
    HalfCloseKeepsTheAnswer,

    /// <summary>What was sent before the first grant counts: the stream waits where the original overran (spec/node.md §2.7).</summary>
    CreditsAreExact,

    /// <summary>A user whom the backend holds back is not idle (spec/node.md §2.8, §14 no. 11).</summary>
    HeldIsNotIdle,

    /// <summary>SIGTERM: the streams may finish, then the backends get Close 1001, instead of a bare end at once (spec/node.md §2.12).</summary>
    StopDrains,

    /// <summary>A wildcard that nobody can match is refused instead of registered in vain (spec/node.md §3.6, §14 no. 27).</summary>
    UselessWildcardsAreRefused,

    /// <summary>An end is said with a close frame where the original says nothing: after login, and where its text was too long (spec/node.md §1.2, §1.3).</summary>
    EndIsSaid,

    /// <summary>A service that cannot be reached, before any byte of it, is told to the edge as what it is, so that the user hears of it (spec/node.md §14; spec/seen.md no. 11).</summary>
    DialFailureIsSaid,
}
