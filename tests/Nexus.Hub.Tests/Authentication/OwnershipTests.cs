using Nexus.Hub.Authentication;
using Nexus.Hub.Tests.Peers;
using Nexus.Protocol.Naming;

namespace Nexus.Hub.Tests.Authentication;

/// <summary>Which token may claim which names; in the original any token may claim all (spec/node.md §14, 23).</summary>
public sealed class OwnershipTests
{
    private static readonly (string, string)[] s_rules =
    [
        ("Nexus:Hub:Authentication:Ownership:0:Subject", "alice"),
        ("Nexus:Hub:Authentication:Ownership:0:Hostnames:0", "*.alice.test"),
        ("Nexus:Hub:Authentication:Ownership:0:TcpPorts:0", "25"),
        ("Nexus:Hub:Authentication:Ownership:1:KeyId", "team-b"),
        ("Nexus:Hub:Authentication:Ownership:1:Hostnames:0", "bob.test"),
        ("Nexus:Hub:Authentication:AllowedTcpPortClaims:0", "25"),
        ("Nexus:Hub:Authentication:AllowedTcpPortClaims:1", "26"),
        ("Nexus:Hub:Authentication:SecretsById:team-b", "b's secret"),
    ];

    [Theory]
    [InlineData("alice", "www.alice.test", null)]
    [InlineData("alice", "*.alice.test", null)]
    [InlineData("alice", "*.deep.alice.test", null)]
    [InlineData("alice", "alice.test", "not_its_own")]
    [InlineData("alice", "bob.test", "not_its_own")]
    [InlineData("alice", "evilalice.test", "not_its_own")]
    [InlineData("mallory", "www.alice.test", "unknown_owner")]
    [InlineData(null, "www.alice.test", "unknown_owner")]
    public async Task FirstToken_OwnerWithRules_MayClaimItsOwnOnly(string? subject, string hostname, string? word)
    {
        await using var hub = await HubUnderTest.StartAsync(s_rules);
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendTextAsync(TestToken.Sign(Of(subject, hostname)));
        if (word is null) await peer.ReceiveNonceAsync();
        else await AssertRefusedAsync(hub, peer, word, "first_token_refused");
    }

    [Theory]
    [InlineData(25, null)]
    [InlineData(26, "not_its_own")]
    public async Task FirstToken_PortOfTheRules_MayBeClaimed(int port, string? word)
    {
        await using var hub = await HubUnderTest.StartAsync(s_rules);
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendTextAsync(TestToken.Sign(new(Of("alice", "www.alice.test")) { ["tcp_ports"] = new[] { port } }));
        if (word is null) await peer.ReceiveNonceAsync();
        else await AssertRefusedAsync(hub, peer, word, "first_token_refused");
    }

    [Fact]
    public async Task FirstToken_RuleOfAKey_CountsTheKeyThatSigned()
    {
        await using var hub = await HubUnderTest.StartAsync(s_rules);
        await using var genuine = await BackendPeer.UpgradeAsync(hub);
        await genuine.Socket.SendTextAsync(TestToken.Sign(Of("anybody", "bob.test"), "b's secret"));
        await genuine.ReceiveNonceAsync();

        await using var other = await BackendPeer.UpgradeAsync(hub);
        await other.Socket.SendTextAsync(TestToken.Sign(Of("anybody", "bob.test")));
        await AssertRefusedAsync(hub, other, "unknown_owner", "first_token_refused");
    }

    [Fact]
    public async Task SecondToken_OfSomebodyElse_GainsNothingFromAnOverheardFirstOne()
    {
        await using var hub = await HubUnderTest.StartAsync(s_rules);
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendTextAsync(TestToken.Sign(Of("alice", "www.alice.test")));
        await peer.Socket.SendTextAsync(TestToken.Stage1(Of("mallory", "www.alice.test"), await peer.ReceiveNonceAsync()));
        await AssertRefusedAsync(hub, peer, "unknown_owner", "second_token_refused");
    }

    [Fact]
    public async Task NameConflicts_FirstOwnerOnly_RefusesOthersAndTakesTheSameOwner()
    {
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Hub:Authentication:NameConflicts", "FirstOwnerOnly"));
        var first = await BackendPeer.LoginAsync(hub, Of("alice", "a.test", "b.test"));
        await using var second = await BackendPeer.LoginAsync(hub, Of("alice", "a.test"));
        await using (var other = await BackendPeer.UpgradeAsync(hub))
        {
            await other.Socket.SendTextAsync(TestToken.Sign(Of("mallory", "c.test", "b.test")));
            Assert.Equal(1008, (await other.ReceiveCloseAsync()).CloseCode);
            await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "name_taken"));
        }

        await first.DisposeAsync();
        await hub.Metrics.WaitForSumAsync("nexus.hub.active_sessions", 1);
        await using var heir = await BackendPeer.LoginAsync(hub, Of("mallory", "b.test"));
    }

    [Fact]
    public async Task NameConflicts_TwoAtOnce_TheFirstToFinishGetsTheName()
    {
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Hub:Authentication:NameConflicts", "FirstOwnerOnly"));
        await using var late = await BackendPeer.UpgradeAsync(hub);
        await late.Socket.SendTextAsync(TestToken.Sign(Of("mallory", "a.test")));
        var nonce = await late.ReceiveNonceAsync();
        await using var first = await BackendPeer.LoginAsync(hub, Of("alice", "a.test"));
        await late.Socket.SendTextAsync(TestToken.Stage1(Of("mallory", "a.test"), nonce));
        Assert.Equal(1008, (await late.ReceiveCloseAsync()).CloseCode);
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "name_taken"));
    }

    [Fact]
    public async Task NameConflicts_Share_IsTheDefault()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var first = await BackendPeer.LoginAsync(hub, Of("alice", "a.test"));
        await using var second = await BackendPeer.LoginAsync(hub, Of("mallory", "a.test"));
        await hub.Region.Directory.WaitForAsync("a.test", weight: 2);
    }

    [Theory]
    [InlineData("*", "anything.test", true)]
    [InlineData("APP.test.", "app.test", true)]
    [InlineData("*.test", "app.test", true)]
    [InlineData("app.test", "*.app.test", false)]
    [InlineData("*.app.test", "app.test", false)]
    public void Rule_Pattern_Covers(string pattern, string claim, bool covers)
    {
        var rule = new OwnershipRule { Subject = "*", Hostnames = { pattern } };
        Assert.True(RouteKey.TryParseClaim(claim, out var key));
        Assert.Equal(covers, rule.Allows(key));
    }

    private static Dictionary<string, object?> Of(string? subject, params string[] hostnames) => new(TestToken.Claims(hostnames)) { ["sub"] = subject };

    private static async Task AssertRefusedAsync(HubUnderTest hub, BackendPeer peer, string word, string outcome)
    {
        Assert.Equal(1008, (await peer.ReceiveCloseAsync()).CloseCode);
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", outcome), ("refusal", word));
    }
}
