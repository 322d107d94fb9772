using Nexus.Testing;

namespace Nexus.SystemTests.Golden.AsServer;

/// <summary>Recorded sessions of the original server, played against our client.</summary>
public sealed class ClientReplayTests
{
    /// <summary>The recordings that go through, each with where our client is meant to differ in it.</summary>
    internal static IReadOnlyDictionary<string, ClientDifference[]> Played { get; } = new Dictionary<string, ClientDifference[]>
    {
        ["01-handshake"] = [],
        ["01b-handshake-minimal"] = [],
        ["02-tls-small"] = [],
        ["03-bulk-5mb"] = [],
        ["04-http-relay"] = [ClientDifference.EndIsNotEchoed],
        ["05a-dial-refused"] = [ClientDifference.LateDataIsNoNews],
        ["05b-service-closes-first"] = [],
        ["05b2-service-resets"] = [ClientDifference.ErrorsAreNamed],
        ["05c-user-closes-first"] = [ClientDifference.EndIsNotEchoed],
        ["05d-user-half-close"] = [ClientDifference.EndIsNotEchoed],
        ["05e-service-half-closes"] = [],
        ["05f-idle-timeout"] = [ClientDifference.EndIsNotEchoed],
        ["06a-slow-reader"] = [ClientDifference.EndIsNotEchoed],
        ["06b-slow-service"] = [],
        ["06d-slow-service-overflow"] = [ClientDifference.BurstIsTaken],
        ["07a-reauth-success"] = [],
        ["07b-reauth-wrong-nonce"] = [],
        ["07c-reauth-late"] = [],
        ["07d-reauth-command-fails"] = [ClientDifference.TokensAreAskedForAgain],
        ["07e-reauth-changed-claims"] = [],
        ["07f-reauth-interval-removed"] = [],
        ["07g-reauth-maintenance-deferral"] = [],
        ["08-health-checks"] = [ClientDifference.EndIsNotEchoed],
        ["08b-health-check-no-pong"] = [],
        ["09a-wrong-secret"] = [],
        ["09b-expired-token"] = [],
        ["09c-expired-stage1"] = [],
        ["09d-reserved-hostname"] = [],
        ["09e-hostnames-differ"] = [],
        ["12a-wildcard"] = [],
        ["12b-tcp-port-claim"] = [ClientDifference.EndIsNotEchoed],
        ["13a-server-sigterm"] = [],
        ["13b-client-sigterm-active"] = [ClientDifference.StopIsOrderly],
        ["13c-client-sigterm-idle"] = [ClientDifference.StopIsOrderly],
        ["13d-client-sigterm-no-streams"] = [ClientDifference.StopIsOrderly],
        ["15c-client-handshake-edge-cases"] = [],
    };

    public static TheoryData<string> Names => [.. Played.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    [Statement("client 128", "client 129")]
    public Task Client_BehavesAsRecorded(string recording) => ClientReplay.RunAsync(recording, Played[recording]);
}
