using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Nexus.Hub.Authentication;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Authentication;

/// <summary>spec/node.md §1.8: somebody else says what a token is worth.</summary>
public sealed class RemoteVerifierTests
{
    private const string Valid = """{"valid":true,"claims":{"hostnames":["app.test"]},"other":[1]}""";

    private static readonly string[] s_hostnames = ["app.test"];

    [Fact]
    [Statement("node 36", "node 37")]
    public async Task Login_OpaqueTokensThatTheVerifierKnows_IsAcceptedOnItsClaimsAlone()
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        await using var hub = await StartWithClockAsync(authorizer);
        var nonce = "";
        // No iss, no aud, and an exp of long ago: the claims are believed as they are.
        authorizer.Answer = (context, _) => context.Response.WriteAsJsonAsync(new
        {
            valid = true,
            claims = new { hostnames = s_hostnames, exp = 1, session_nonce = nonce, reauth_interval_seconds = 20 },
        });
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendTextAsync("opaque-token-0");
        nonce = await peer.ReceiveNonceAsync();
        await peer.Socket.SendTextAsync("opaque-token-1");
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "accepted"));
        await peer.BeginAsync();

        var challenge = peer.ReceiveNonceAsync("reauth_challenge");
        await hub.AdvanceUntilAsync(challenge);
        nonce = await challenge;
        await peer.Socket.SendTextAsync("opaque \"token\" 2");
        await hub.Metrics.WaitForAsync("nexus.hub.reauthentications", ("outcome", "accepted"));

        Assert.Equal(["""{"token":"opaque-token-0"}""", """{"token":"opaque-token-1"}"""], authorizer.Requests.Take(2).Select(request => request.Body));
        Assert.Equal("opaque \"token\" 2", JsonDocument.Parse(authorizer.Requests[2].Body).RootElement.GetProperty("token").GetString());
        Assert.All(authorizer.Requests, request => Assert.Equal(("POST", "/verify", "application/json"), (request.Method, request.Path, request.ContentType)));
        await hub.Metrics.WaitForSumAsync("nexus.hub.reauthentications", 1);
    }

    [Theory]
    [Statement("node 37", "node 38")]
    [InlineData(200, """{"valid":false,"claims":{"hostnames":["app.test"]}}""", "verifier_refused")]
    [InlineData(200, """{"claims":{"hostnames":["app.test"]}}""", "verifier_refused")]
    [InlineData(200, """{"valid":true}""", "verifier_bad_answer")]
    [InlineData(200, """{"valid":true,"claims":null}""", "verifier_bad_answer")]
    [InlineData(200, """{"valid":true,"claims":{"weight":"1"}}""", "verifier_bad_answer")]
    [InlineData(200, """{"valid":1,"claims":{"hostnames":["app.test"]}}""", "verifier_bad_answer")]
    [InlineData(200, "not json", "verifier_bad_answer")]
    [InlineData(200, "", "verifier_bad_answer")]
    [InlineData(201, Valid, "verifier_bad_answer")]
    [InlineData(204, "", "verifier_bad_answer")]
    [InlineData(400, Valid, "verifier_bad_answer")]
    [InlineData(401, "", "verifier_bad_answer")]
    [InlineData(429, "", "verifier_bad_answer")]
    public async Task Login_VerifierDoesNotVouch_IsRefusedThoughTheSecretWouldDo(int status, string body, string word)
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        await using var hub = await StartAsync(authorizer);
        authorizer.Says(status, body);
        await AssertRefusedAsync(hub, word);
    }

    [Theory]
    [Statement("node 38")]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(599)]
    public async Task Login_VerifierFails_TheLocalSecretStandsIn(int status)
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        await using var hub = await StartAsync(authorizer);
        authorizer.Says(status, Valid);
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await hub.LoggedAsync("RemoteVerifier", 3);
        authorizer.Says(404);
        await AssertRefusedAsync(hub, "verifier_bad_answer");
        await hub.LoggedAsync("RemoteVerifier", 4);
    }

    [Fact]
    [Statement("node 38")]
    public async Task Login_NobodyListensAtTheVerifier_TheLocalSecretStandsIn()
    {
        using var nobody = FreePort.Reserve();
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Hub:Authentication:RemoteVerifierUrl", $"http://127.0.0.1:{nobody.Port}/verify"));
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await hub.Metrics.WaitForSumAsync("nexus.hub.handshakes", 1, ("outcome", "accepted"));
    }

    [Theory]
    [Statement("node 38")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Login_VerifierIsAwayAndNoSecretIsConfigured_IsRefusedAndNotHeldAgainstTheBackend(bool answers)
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        using var nobody = FreePort.Reserve();
        authorizer.Says(502);
        await using var hub = await HubUnderTest.StartAsync(
            ("Nexus:Hub:Authentication:RemoteVerifierUrl", answers ? authorizer.PlainAddress : $"http://127.0.0.1:{nobody.Port}/verify"),
            ("Nexus:Hub:Authentication:Secret", HubUnderTest.Absent),
            ("Nexus:Hub:Sessions:FailureBurst", "1"));
        var word = answers ? "verifier_failed" : "verifier_unreachable";
        await AssertRefusedAsync(hub, word);
        await AssertRefusedAsync(hub, word);
    }

    [Fact]
    [Statement("node 39")]
    public async Task Login_VerifierHangs_IsRefusedAfterTenSecondsAndPingsAreAnsweredMeanwhile()
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        authorizer.Hangs();
        await using var hub = await StartWithClockAsync(authorizer, ("Nexus:Hub:Authentication:Secret", HubUnderTest.Absent));
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendTextAsync("opaque");
        await authorizer.RequestAsync(1);
        for (var i = 0; i < 9; i++)
        {
            hub.Time.Advance(TimeSpan.FromSeconds(1));
            await peer.SettleAsync();
        }

        hub.Time.Advance(TimeSpan.FromSeconds(1));
        var close = await peer.ReceiveCloseAsync();
        Assert.Equal(1008, close.CloseCode);
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("refusal", "verifier_timed_out"));
    }

    [Fact]
    [Statement("node 39", "node 34")]
    public async Task Login_VerifierHangsAndASecretIsThere_GoesOnWithItAndKeepsWhatCameMeanwhile()
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        authorizer.Hangs();
        await using var hub = await StartWithClockAsync(authorizer);
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        var claims = TestToken.Claims("app.test");
        await peer.Socket.SendTextAsync(TestToken.Sign(claims));
        await authorizer.RequestAsync(1);
        hub.Time.Advance(TimeSpan.FromSeconds(10));
        await peer.Socket.SendTextAsync(TestToken.Stage1(claims, await peer.ReceiveNonceAsync()));
        await authorizer.RequestAsync(2);
        // The original counts itself connected now.
        await peer.Socket.SendBinaryAsync(9, 9, 9);
        await peer.SettleAsync();
        hub.Time.Advance(TimeSpan.FromSeconds(10));
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "accepted"));
        await peer.BeginAsync();
        await using var user = await hub.ConnectAsync("app.test");
        await peer.ReceiveEventAsync("connect");
    }

    [Fact]
    [Statement("node 142")]
    public async Task Stranger_SendsMuchWhileItsTokenIsLookedAt_IsRefused()
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        authorizer.Hangs();
        await using var hub = await StartAsync(authorizer);
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendTextAsync("opaque");
        await authorizer.RequestAsync(1);
        for (var i = 0; i < 5; i++) await peer.Socket.SendBinaryAsync(new byte[4_000]);
        Assert.Equal(1008, (await peer.ReceiveCloseAsync()).CloseCode);
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "protocol_error"));
    }

    [Fact]
    public async Task Answer_LargerThanItsLimit_IsRefusedWithoutBeingRead()
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        await using var hub = await StartAsync(authorizer);
        authorizer.Says(200, new string(' ', RemoteVerifier.MaxAnswerSize) + Valid);
        await AssertRefusedAsync(hub, "verifier_bad_answer");
    }

    [Fact]
    public async Task Answer_ReasonOfTheVerifier_IsToldUnlessItWouldStopTheClient()
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        await using var hub = await StartAsync(authorizer);
        authorizer.Says(200, """{"valid":false,"error":"the account is suspended"}""");
        Assert.Equal("the account is suspended", await AssertRefusedAsync(hub, "verifier_refused"));
        authorizer.Says(200, """{"valid":false,"error":"403 Forbidden"}""");
        Assert.Equal("the verifier refused the token", await AssertRefusedAsync(hub, "verifier_refused"));
    }

    [Fact]
    public async Task Redirects_AFew_AreFollowedAndNoMore()
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        await using var hub = await StartAsync(authorizer);
        authorizer.Answer = async (context, _) =>
        {
            if (context.Request.Path == "/verify") context.Response.Redirect("/moved", permanent: false, preserveMethod: true);
            else await context.Response.WriteAsync(Valid);
        };
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendTextAsync("opaque");
        await peer.ReceiveNonceAsync();
        Assert.Equal("""{"token":"opaque"}""", authorizer.Requests[1].Body);

        authorizer.Says(307, location: "/round");
        await AssertRefusedAsync(hub, "verifier_bad_answer");
        Assert.InRange(authorizer.Requests.Count, 5, 9);
    }

    [Fact]
    public async Task Verifier_AsksForACertificate_GetsTheHubsOverTlsOfAConfiguredAuthority()
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        authorizer.Says(200, Valid);
        await using var hub = await HubUnderTest.StartAsync(
            ("Nexus:Hub:Authentication:RemoteVerifierUrl", authorizer.Address + "/verify"), ("Nexus:Hub:Authentication:TrustedRootsFile", authorizer.RootsFile));
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendTextAsync("opaque");
        await peer.ReceiveNonceAsync();
        Assert.Equal("CN=" + HubUnderTest.Name, authorizer.Requests[0].ClientCertificate?.Subject);
    }

    [Fact]
    public async Task Verifier_WithAnUntrustedCertificate_IsNotAsked()
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        await using var hub = await HubUnderTest.StartAsync(
            ("Nexus:Hub:Authentication:RemoteVerifierUrl", authorizer.Address + "/verify"), ("Nexus:Hub:Authentication:Secret", HubUnderTest.Absent));
        await AssertRefusedAsync(hub, "verifier_unreachable");
        Assert.Empty(authorizer.Requests);
    }

    [Fact]
    public async Task RequireExpiry_SwitchedOn_IsAskedOfTheVerifiersClaimsToo()
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        authorizer.Says(200, Valid);
        await using var hub = await StartAsync(authorizer, ("Nexus:Hub:Authentication:RequireExpiry", "true"));
        await AssertRefusedAsync(hub, "expiry_missing");
    }

    [Fact]
    public async Task Tokens_WhateverHappens_AreNotInTheLog()
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        await using var hub = await StartAsync(authorizer);
        authorizer.Says(500);
        await AssertRefusedAsync(hub, "malformed", "a-very-secret-opaque-token");
        authorizer.Says(200, """{"valid":false}""");
        await AssertRefusedAsync(hub, "verifier_refused", "a-very-secret-opaque-token");
        Assert.DoesNotContain(hub.Logs.Records, log => log.Message.Contains("a-very-secret", StringComparison.Ordinal) || log.Message.Contains(TestToken.Secret, StringComparison.Ordinal));
    }

    private static Task<HubUnderTest> StartAsync(AuthorizerPeer authorizer, params (string, string)[] more) =>
        HubUnderTest.StartAsync([("Nexus:Hub:Authentication:RemoteVerifierUrl", authorizer.PlainAddress + "/verify"), .. more]);

    private static Task<HubUnderTest> StartWithClockAsync(AuthorizerPeer authorizer, params (string, string)[] more) =>
        HubUnderTest.StartWithClockAsync([("Nexus:Hub:Authentication:RemoteVerifierUrl", authorizer.PlainAddress + "/verify"), .. more]);

    private static async Task<string> AssertRefusedAsync(HubUnderTest hub, string word, string? token = null)
    {
        var before = hub.Metrics.Sum("nexus.hub.handshakes", ("refusal", word));
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendTextAsync(token ?? TestToken.Sign(TestToken.Claims("app.test")));
        var close = await peer.ReceiveCloseAsync();
        Assert.Equal(1008, close.CloseCode);
        await hub.Metrics.WaitForSumAsync("nexus.hub.handshakes", before + 1, ("outcome", "first_token_refused"), ("refusal", word));
        return close.CloseReason;
    }
}
