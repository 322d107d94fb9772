using Nexus.Testing;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>Recorded sessions of the original client, played against our hub.</summary>
public sealed class HubReplayTests
{
    /// <summary>The recordings that go through, each with what our hub is meant to do better in it.</summary>
    internal static IReadOnlyDictionary<string, HubDifference[]> Played { get; } = new Dictionary<string, HubDifference[]>
    {
        ["01-handshake"] = [],
        ["01b-handshake-minimal"] = [],
        ["02-tls-small"] = [],
        ["03-bulk-5mb"] = [],
        ["04-http-relay"] = [],
        ["05a-dial-refused"] = [HubDifference.DialFailureIsSaid],
        ["05b-service-closes-first"] = [],
        ["05b2-service-resets"] = [],
        ["05c-user-closes-first"] = [],
        ["05d-user-half-close"] = [HubDifference.HalfCloseKeepsTheAnswer],
        ["05e-service-half-closes"] = [],
        ["05f-idle-timeout"] = [],
        ["06a-slow-reader"] = [],
        ["06b-slow-service"] = [],
        ["06d-slow-service-overflow"] = [HubDifference.CreditsAreExact],
        ["07a-reauth-success"] = [],
        ["07b-reauth-wrong-nonce"] = [HubDifference.EndIsSaid],
        ["07c-reauth-late"] = [HubDifference.EndIsSaid],
        ["07d-reauth-command-fails"] = [],
        ["07e-reauth-changed-claims"] = [HubDifference.EndIsSaid],
        ["07f-reauth-interval-removed"] = [],
        ["07g-reauth-maintenance-deferral"] = [],
        ["08-health-checks"] = [],
        ["09a-wrong-secret"] = [],
        ["09b-expired-token"] = [],
        ["09c-expired-stage1"] = [],
        ["09d-reserved-hostname"] = [],
        ["09e-hostnames-differ"] = [],
        ["09f-refusal-matrix"] = [HubDifference.EndIsSaid, HubDifference.UselessWildcardsAreRefused],
        ["09g-http-level"] = [],
        ["12a-wildcard"] = [],
        ["12b-tcp-port-claim"] = [],
        ["13a-server-sigterm"] = [HubDifference.StopDrains],
        ["13b-client-sigterm-active"] = [],
        ["13c-client-sigterm-idle"] = [],
        ["13d-client-sigterm-no-streams"] = [],
        ["15d-server-edge-cases"] = [HubDifference.CreditsAreExact, HubDifference.HeldIsNotIdle],
        ["15e-server-client-overrun"] = [],
        ["15f-server-ping-deadline"] = [HubDifference.EndIsSaid],
        ["15g-load-balancing"] = [],
    };

    public static TheoryData<string> Names => [.. Played.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    [Statement("client 129", "node 35")]
    public Task Hub_BehavesAsRecorded(string recording) => HubReplay.RunAsync(recording, Played[recording]);
}
