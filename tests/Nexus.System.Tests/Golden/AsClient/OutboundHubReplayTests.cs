using Nexus.Testing;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>The recorded requests for connections, played against our hub.</summary>
public sealed class OutboundHubReplayTests
{
    internal static IReadOnlyList<string> Played { get; } = ["11-outbound-socks5", "11b-outbound-disabled"];

    public static TheoryData<string> Names => [.. Played];

    [Theory]
    [Statement("node 100", "node 101", "node 102", "node 103", "node 104")]
    [MemberData(nameof(Names))]
    public Task Hub_DialsAndRefusesAsRecorded(string recording) => OutboundHubReplay.RunAsync(recording);
}
