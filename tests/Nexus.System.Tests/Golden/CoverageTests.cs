using Nexus.SystemTests.Golden.AsClient;
using Nexus.SystemTests.Golden.Recordings;

namespace Nexus.SystemTests.Golden;

/// <summary>Every recording is played against what we have, or it is written here why not.</summary>
public sealed class CoverageTests
{
    private static readonly Dictionary<string, string> s_notAgainstTheHub = new()
    {
        ["07g-reauth-maintenance-deferral"] = "the status URI of the authorizer belongs to the remote verifier's issue",
        ["08b-health-check-no-pong"] = "the server is scripted: evidence of the client only",
        ["10-udp"] = "UDP has its own issue",
        ["10b-udp-credit-stop"] = "UDP has its own issue",
        ["11-outbound-socks5"] = "outbound connections have their own issue",
        ["11b-outbound-disabled"] = "outbound connections have their own issue",
        ["12b-tcp-port-claim"] = "port claims have their own issue",
        ["14a-mesh-basic"] = "peering has its own issue",
        ["14b-mesh-bulk"] = "peering has its own issue",
        ["14c-mesh-slow-service"] = "peering has its own issue",
        ["14d-mesh-udp-and-port-claims"] = "peering has its own issue",
        ["14e-mesh-shutdown-reconnect"] = "peering has its own issue",
        ["14f-mesh-refusals"] = "peering has its own issue",
        ["15a-client-edge-cases"] = "the server is scripted: evidence of the client only",
        ["15b-client-credits"] = "the server is scripted: evidence of the client only",
        ["15c-client-handshake-edge-cases"] = "the server is scripted: evidence of the client only",
    };

    [Fact]
    public void EveryRecording_IsPlayedAgainstTheHub_OrListed() =>
        Assert.Equal(Recording.Names, HubReplayTests.Played.Keys.Concat(s_notAgainstTheHub.Keys).Order(StringComparer.Ordinal));
}
