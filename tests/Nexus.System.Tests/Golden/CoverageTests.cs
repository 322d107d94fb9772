using Nexus.SystemTests.Golden.AsClient;
using Nexus.SystemTests.Golden.AsServer;
using Nexus.SystemTests.Golden.Recordings;

namespace Nexus.SystemTests.Golden;

/// <summary>Every recording is played against what we have, or it is written here why not.</summary>
public sealed class CoverageTests
{
    private static readonly Dictionary<string, string> s_notAgainstTheHub = new()
    {
        ["08b-health-check-no-pong"] = "the server is scripted: evidence of the client only",
        ["14a-mesh-basic"] = "between nodes: played against a whole mesh in the tests of Nexus.Mesh",
        ["14b-mesh-bulk"] = "between nodes: played against a whole mesh in the tests of Nexus.Mesh",
        ["14c-mesh-slow-service"] = "between nodes: played against a whole mesh in the tests of Nexus.Mesh",
        ["14d-mesh-udp-and-port-claims"] = "between nodes: played against a whole mesh in the tests of Nexus.Mesh",
        ["14e-mesh-shutdown-reconnect"] = "between nodes: played against a whole mesh in the tests of Nexus.Mesh",
        ["14f-mesh-refusals"] = "between nodes: played against a whole mesh in the tests of Nexus.Mesh",
        ["15a-client-edge-cases"] = "the server is scripted: evidence of the client only",
        ["15b-client-credits"] = "the server is scripted: evidence of the client only",
        ["15c-client-handshake-edge-cases"] = "the server is scripted: evidence of the client only",
    };

    private static readonly Dictionary<string, string> s_notAgainstTheClient = new()
    {
        ["09f-refusal-matrix"] = "the client is scripted: evidence of the server only",
        ["09g-http-level"] = "the client is scripted: evidence of the server only",
        ["11b-outbound-disabled"] = "the client is scripted: evidence of the server only",
        ["14a-mesh-basic"] = "between nodes: played against a whole mesh in the tests of Nexus.Mesh",
        ["14b-mesh-bulk"] = "between nodes: played against a whole mesh in the tests of Nexus.Mesh",
        ["14c-mesh-slow-service"] = "between nodes: played against a whole mesh in the tests of Nexus.Mesh",
        ["14d-mesh-udp-and-port-claims"] = "between nodes: played against a whole mesh in the tests of Nexus.Mesh",
        ["14e-mesh-shutdown-reconnect"] = "between nodes: played against a whole mesh in the tests of Nexus.Mesh",
        ["14f-mesh-refusals"] = "between nodes: played against a whole mesh in the tests of Nexus.Mesh",
        ["15a-client-edge-cases"] = "differs on purpose in most of its messages (spec/client.md §17); the client's own tests have them one by one",
        ["15b-client-credits"] = "our client does not lend itself credits at the end of a stream, once per stall is all it does; the client's own tests have it",
        ["15d-server-edge-cases"] = "the client is scripted: evidence of the server only",
        ["15e-server-client-overrun"] = "the client is scripted: evidence of the server only",
        ["15f-server-ping-deadline"] = "the client is scripted: evidence of the server only",
        ["15g-load-balancing"] = "the clients are scripted: evidence of the server only",
    };

    [Fact]
    public void EveryRecording_IsPlayedAgainstTheClient_OrListed() =>
        Assert.Equal(Recording.Names, ClientReplayTests.Played.Keys.Append(OutboundClientReplayTests.Played).Concat(DatagramReplayTests.Played).Concat(s_notAgainstTheClient.Keys).Order(StringComparer.Ordinal));

    [Fact]
    public void EveryRecording_IsPlayedAgainstTheHub_OrListed() =>
        Assert.Equal(Recording.Names, HubReplayTests.Played.Keys.Concat(OutboundHubReplayTests.Played).Concat(DatagramReplayTests.Played).Concat(s_notAgainstTheHub.Keys).Order(StringComparer.Ordinal));
}
