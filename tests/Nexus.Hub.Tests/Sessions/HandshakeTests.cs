using Nexus.Hub.Sessions;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Sessions;

/// <summary>spec/node.md §1.3 to §1.7: token, challenge, token.</summary>
public sealed class HandshakeTests
{
    private const string Wrong = "another secret";

    /// <summary>Words that the original client takes as "wait a minute" or "give up for good" (spec/node.md §1.9).</summary>
    private static readonly string[] s_traps =
        ["rate limit", "unauthorized", "invalid token", "invalid credential", "authentication failed", "forbidden", "401", "403"];

    [Fact]
    public async Task Login_ValidTokens_SessionServesItsHostname()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test", "hello"u8.ToArray());

        var connect = await backend.ReceiveEventAsync("connect");
        var data = await backend.ReceiveAsync();
        Assert.Equal("hello"u8.ToArray(), data?.Data);
        await backend.SendDataAsync(connect.Id, "world"u8.ToArray());
        Assert.Equal("world"u8.ToArray(), await user.ReceiveAsync(5));
    }

    [Fact]
    [Statement("node 14")]
    public async Task Challenge_EveryHandshake_IsAnotherNonceOf43Characters()
    {
        await using var hub = await HubUnderTest.StartAsync();
        HashSet<string> nonces = [];
        for (var i = 0; i < 3; i++)
        {
            await using var peer = await BackendPeer.UpgradeAsync(hub);
            await peer.Socket.SendTextAsync(TestToken.Sign(TestToken.Claims("app.test")));
            nonces.Add(await peer.ReceiveNonceAsync());
        }

        Assert.Equal(3, nonces.Count);
        Assert.All(nonces, nonce => Assert.Matches("^[A-Za-z0-9_-]{43}$", nonce));
    }

    [Theory]
    [Statement("node 18")]
    [InlineData("HS256")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    public async Task FirstToken_HmacAlgorithm_IsChallenged(string algorithm)
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendTextAsync(TestToken.Sign(TestToken.Claims("app.test"), algorithm: algorithm) + "\n");
        await peer.ReceiveNonceAsync();
    }

    [Theory]
    [Statement("node 18")]
    [InlineData("none", "unsupported_algorithm")]
    [InlineData("RS256", "unsupported_algorithm")]
    [InlineData("ES256", "unsupported_algorithm")]
    public async Task FirstToken_OtherAlgorithm_IsRefused(string algorithm, string word)
    {
        await using var hub = await HubUnderTest.StartAsync();
        await AssertFirstTokenRefusedAsync(hub, TestToken.Sign(TestToken.Claims("app.test"), algorithm: algorithm), word);
    }

    [Fact]
    [Statement("node 19")]
    public async Task FirstToken_WrongSecret_IsRefused()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await AssertFirstTokenRefusedAsync(hub, TestToken.Sign(TestToken.Claims("app.test"), Wrong), "bad_signature");
    }

    [Theory]
    [InlineData("not a token", "malformed")]
    [InlineData("", "malformed")]
    public async Task FirstToken_NoToken_IsRefused(string text, string word)
    {
        await using var hub = await HubUnderTest.StartAsync();
        await AssertFirstTokenRefusedAsync(hub, text, word);
    }

    [Theory]
    [Statement("node 20", "node 21", "node 22", "node 23", "node 24", "node 25", "node 27")]
    [InlineData("iss", "\"somebody\"", "issuer")]
    [InlineData("iss", "null", "issuer")]
    [InlineData("aud", "[\"other\"]", "audience")]
    [InlineData("aud", "null", "audience")]
    [InlineData("exp", "1000.5", "expired")]
    [InlineData("nbf", "32503680000", "not_yet_valid")]
    [InlineData("weight", "\"1\"", "bad_claims")]
    [InlineData("hostnames", "null", "nothing_claimed")]
    [InlineData("hostnames", "[\" \", \".\"]", "no_usable_hostname")]
    [InlineData("hostnames", "[\"TCP:53\"]", "reserved_hostname")]
    [InlineData("hostnames", "[\"*.com\"]", "bad_wildcard")]
    [InlineData("tcp_ports", "[25]", "tcp_port_not_allowed")]
    [InlineData("udp_routes", "[{\"port\":53}]", "udp_port_not_allowed")]
    [InlineData("outbound_allowed", "true", "outbound_disabled")]
    [InlineData("allowed_outbound_ports", "[80]", "outbound_ports_without_right")]
    [InlineData("handshake_max_age_seconds", "5", "issue_time_missing")]
    [InlineData("hostnames", "[\"udp:53.\"]", "reserved_hostname")]
    [InlineData("hostnames", "[]", "nothing_claimed")]
    public async Task FirstToken_ClaimBreaksARule_IsRefusedWithItsReason(string claim, string json, string word)
    {
        await using var hub = await HubUnderTest.StartAsync();
        await AssertFirstTokenRefusedAsync(hub, TestToken.Sign(new(TestToken.Claims("app.test")) { [claim] = TestToken.Json(json) }), word);
    }

    [Theory]
    [Statement("node 28", "node 31")]
    [InlineData("session_nonce", "\"another\"", "nonce_differs")]
    [InlineData("session_nonce", "null", "nonce_differs")]
    [InlineData("hostnames", "[\"other.test\"]", "hostnames_differ")]
    [InlineData("weight", "3", "weight_differs")]
    [InlineData("maintenance_grace_cap_seconds", "-1", "negative_maintenance_cap")]
    [InlineData("authorizer_status_uri", "\"http://status.test\"", "bad_status_uri")]
    [InlineData("authorizer_status_uri", "\"https://\"", "bad_status_uri")]
    [InlineData("exp", "1000", "expired")]
    public async Task SecondToken_NotTheAnswer_IsRefusedWithItsReason(string claim, string json, string word)
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        var claims = new Dictionary<string, object?>(TestToken.Claims("app.test")) { ["weight"] = 2 };
        await peer.Socket.SendTextAsync(TestToken.Sign(claims));
        claims["session_nonce"] = await peer.ReceiveNonceAsync();
        await peer.Socket.SendTextAsync(TestToken.Sign(new(claims) { [claim] = TestToken.Json(json) }));

        await AssertRefusedAsync(peer);
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "second_token_refused"), ("refusal", word));
    }

    [Fact]
    [Statement("node 20", "node 29", "node 30")]
    public async Task SecondToken_SameClaimsInOtherSpellingAndOrder_IsAccepted()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendTextAsync(TestToken.Sign(new(TestToken.Claims("a.test", "b.test")) { ["weight"] = 2 }));
        var answer = new Dictionary<string, object?>(TestToken.Claims("B.TEST.", "a.test", "A.test")) { ["weight"] = 0, ["aud"] = "nexus" };
        await peer.Socket.SendTextAsync(TestToken.Stage1(answer, await peer.ReceiveNonceAsync()));

        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "accepted"));
        await using var user = await hub.ConnectAsync("b.test");
        Assert.Equal("connect", (await peer.ReceiveAsync())?.Event);
        await hub.Region.Directory.WaitForAsync("a.test", weight: 2);
    }

    [Fact]
    public async Task Secrets_TheOldAndTheNewOne_AreBothAccepted()
    {
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Hub:Authentication:Secrets:0", Wrong));
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        var claims = TestToken.Claims("app.test");
        await peer.Socket.SendTextAsync(TestToken.Sign(claims, Wrong));
        await peer.Socket.SendTextAsync(TestToken.Stage1(claims, await peer.ReceiveNonceAsync()));
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "accepted"));
    }

    [Fact]
    [Statement("node 15")]
    public async Task FirstToken_Missing_RefusedAfterTenSeconds()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await hub.Time.WaitForTimerAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        hub.Time.Advance(TimeSpan.FromSeconds(10));

        await AssertRefusedAsync(peer);
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "first_token_timeout"));
    }

    [Fact]
    [Statement("node 16")]
    public async Task SecondToken_Missing_RefusedTenSecondsAfterTheChallenge()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await hub.Time.WaitForTimerAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        hub.Time.Advance(TimeSpan.FromSeconds(9));
        await peer.Socket.SendTextAsync(TestToken.Sign(TestToken.Claims("app.test")));
        await peer.ReceiveNonceAsync();
        await hub.Time.WaitForTimerAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        hub.Time.Advance(TimeSpan.FromSeconds(10));

        await AssertRefusedAsync(peer);
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "second_token_timeout"));
    }

    [Fact]
    [Statement("node 17")]
    public async Task Token_AsBinaryMessage_IsRefused()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendBinaryAsync(1, 2, 3);

        await AssertRefusedAsync(peer);
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "first_token_not_text"));
    }

    [Theory]
    [Statement("node 22", "node 21")]
    [InlineData(5, 10, false)]
    [InlineData(5, 5, true)]
    [InlineData(0, 1_000, true)]
    [InlineData(-1, 1_000, true)]
    [InlineData(null, 1_000, true)]
    public async Task FirstToken_OfAnAge_IsTakenUpToTheGreatestItAllows(int? maxAge, int age, bool isTaken)
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        var issued = hub.Time.GetUtcNow().ToUnixTimeSeconds() - age;
        var claims = new Dictionary<string, object?>(TestToken.Claims("app.test")) { ["handshake_max_age_seconds"] = maxAge, ["iat"] = issued + 0.0, ["exp"] = issued + age + 0.5 };
        await peer.Socket.SendTextAsync(TestToken.Sign(claims));
        if (isTaken) await peer.ReceiveNonceAsync();
        else await AssertRefusedAsync(peer);
    }

    [Fact]
    [Statement("node 26")]
    public async Task FirstToken_UdpPortTwice_IsTakenWhenTheTimesComeToTheSame()
    {
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Hub:Authentication:AllowedUdpPortClaims:0", "53"));
        foreach (var (other, isTaken) in new[] { (1, true), (5, true), (6, false) }) // held to at least 5 s
        {
            await using var peer = await BackendPeer.UpgradeAsync(hub);
            var routes = TestToken.Json($$"""[{"port":53,"flow_idle_timeout_seconds":2},{"port":53,"flow_idle_timeout_seconds":{{other}}}]""");
            await peer.Socket.SendTextAsync(TestToken.Sign(new(TestToken.Claims("app.test")) { ["udp_routes"] = routes }));
            if (isTaken) await peer.ReceiveNonceAsync();
            else await AssertRefusedAsync(peer);
        }
    }

    [Fact]
    public async Task FirstToken_MoreRoutesThanAllowed_IsRefused()
    {
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Hub:Sessions:MaxRoutesPerSession", "2"));
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendTextAsync(TestToken.Sign(TestToken.Claims("a.test", "b.test", "c.test")));

        await AssertRefusedAsync(peer);
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "too_many_routes"));
    }

    [Fact]
    public async Task Login_HubIsFull_IsRefused()
    {
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Hub:Sessions:MaxSessions", "1"));
        await using var first = await BackendPeer.LoginAsync(hub, "app.test");
        await using var second = await BackendPeer.UpgradeAsync(hub);
        var claims = TestToken.Claims("app.test");
        await second.Socket.SendTextAsync(TestToken.Sign(claims));
        await second.Socket.SendTextAsync(TestToken.Stage1(claims, await second.ReceiveNonceAsync()));

        await AssertRefusedAsync(second);
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "hub_full"));
    }

    [Fact]
    [Statement("node 32", "node 33")]
    public void ToClose_EveryOutcome_FitsAndHoldsNoTrap() => Assert.All(Enum.GetValues<HandshakeOutcome>(), outcome =>
    {
        var text = new HandshakeResult(outcome).ToClose()?.Text ?? "";
        Assert.True(System.Text.Encoding.UTF8.GetByteCount(text) <= 123);
        // Only who fails too often is told to wait, by the one word that makes the original client do so.
        var meant = s_traps.Where(trap => text.Contains(trap, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(outcome == HandshakeOutcome.Throttled ? ["rate limit"] : [], meant);
    });

    private static async Task AssertFirstTokenRefusedAsync(HubUnderTest hub, string token, string word)
    {
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendTextAsync(token);
        await AssertRefusedAsync(peer);
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "first_token_refused"), ("refusal", word));
    }

    /// <summary>Close 1008 with a short reason, then the end of the connection.</summary>
    private static async Task AssertRefusedAsync(BackendPeer peer)
    {
        var close = await peer.ReceiveCloseAsync();
        Assert.Equal(1008, close.CloseCode);
        Assert.InRange(close.Payload.Length, 3, 125);
        Assert.DoesNotContain(s_traps, trap => close.CloseReason.Contains(trap, StringComparison.OrdinalIgnoreCase));
        await peer.Socket.SendAsync(RawFrame.CloseOpcode, close.Payload[..2]);
        peer.FinishSending();
        Assert.Null(await peer.Socket.ReceiveAsync());
    }
}
