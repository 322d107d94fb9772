using Nexus.Hub.Tests.Peers;

namespace Nexus.Hub.Tests.Golden;

/// <summary>The recorded tokens, at the recorded time, get the recorded verdict (tests/data/golden/09f-refusal-matrix.jsonl).</summary>
public sealed class RefusalMatrixTests
{
    private const string Secret = "golden-shared-secret-0123456789abcdef";

    /// <summary>In the names of cases whose verdict is a timeout; HandshakeTests moves a clock for those.</summary>
    private const string Timeout = "10 s limit";

    private static readonly IReadOnlyList<RecordedCase> s_cases = RecordedCase.ReadAll("09f-refusal-matrix.jsonl");

    /// <summary>What the original accepts and we refuse: a wildcard that no name can match (spec/node.md §14, 27).</summary>
    private const string Stricter = "broad wildcard *.test";

    public static TheoryData<string> Cases => [.. s_cases.Select(recorded => recorded.Name).Where(name => name != Stricter && !name.Contains(Timeout, StringComparison.Ordinal))];

    [Fact]
    public void Recording_AllButTheOneThatWasCut_IsThere() => Assert.Equal(49, s_cases.Count);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Replay_AsTheOriginalClient_GetsTheRecordedVerdict(string name)
    {
        var recorded = s_cases.Single(recorded => recorded.Name == name);
        await using var hub = await StartAsync(recorded);
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        foreach (var frame in recorded.Frames.Where(frame => frame.Opcode != RawFrame.CloseOpcode || recorded.Frames.Count == 1))
        {
            var nonce = frame.Challenge is null ? "" : await peer.ReceiveNonceAsync();
            await peer.Socket.SendAsync(frame.Opcode, frame.AnswerTo(nonce, Secret));
        }

        Assert.Equal(recorded.IsAccepted, await IsOpenAsync(peer));
    }

    [Fact]
    public async Task Replay_WildcardThatNoNameCanMatch_IsRefusedThoughTheOriginalTakesIt()
    {
        var recorded = s_cases.Single(recorded => recorded.Name == Stricter);
        await using var hub = await StartAsync(recorded);
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendAsync(recorded.Frames[0].Opcode, recorded.Frames[0].Payload);

        Assert.False(await IsOpenAsync(peer));
    }

    private static Task<HubUnderTest> StartAsync(RecordedCase recorded) => HubUnderTest.StartAtAsync(
        recorded.At,
        ("Nexus:Hub:Authentication:Secret", Secret),
        ("Nexus:Hub:Authentication:AllowedTcpPortClaims:0", "31025"),
        ("Nexus:Hub:Authentication:AllowedUdpPortClaims:0", "31053"),
        ("Nexus:Hub:Authentication:AllowOutbound", "true"),
        ("Nexus:Hub:Authentication:AllowedOutboundPorts:0", "31301"));

    /// <summary>Whether a ping is still answered, behind a challenge or a pong that may be under way.</summary>
    private static async Task<bool> IsOpenAsync(BackendPeer peer)
    {
        await peer.Socket.SendAsync(RawFrame.PingOpcode, [99]);
        while (await peer.Socket.ReceiveAsync() is { } frame)
        {
            if (frame.Opcode == RawFrame.CloseOpcode) return false;
            if (frame.Opcode == RawFrame.PongOpcode && frame.Payload is [99]) return true;
        }

        return false;
    }
}
