using Nexus.SystemTests.Golden.AsClient;
using Nexus.SystemTests.Golden.AsServer;
using Nexus.Testing;

namespace Nexus.SystemTests.Golden;

/// <summary>
/// Recorded UDP sessions of the original programs. The recorded server runs out of credits that its client never gives, and ends
/// a flow over a reply that is too large: the edge's own tests have what ours does instead.
/// </summary>
public sealed class DatagramReplayTests
{
    internal static IReadOnlyList<string> Played { get; } = ["10-udp", "10b-udp-credit-stop"];

    public static TheoryData<string> Names => [.. Played];

    [Theory]
    [MemberData(nameof(Names))]
    [Statement("node 94", "node 95")]
    public Task Hub_BehavesAsRecorded(string recording) => DatagramHubReplay.RunAsync(recording);

    [Theory]
    [MemberData(nameof(Names))]
    [Statement("client 105", "client 108")]
    public Task Client_BehavesAsRecorded(string recording) => DatagramClientReplay.RunAsync(recording);
}
