using System.Buffers.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Sessions;

public sealed class ConnectingTests
{
    [Fact]
    [Statement("client 33")]
    public async Task Upgrade_Request_IsHttp11WithoutOffers()
    {
        await using var client = await ClientUnderTest.StartAsync();
        var hub = await client.Hub.AcceptAsync();

        Assert.StartsWith("GET /connect HTTP/1.1\r\n", hub.UpgradeHead, StringComparison.Ordinal);
        Assert.Contains($"Host: localhost:{client.Hub.Port}\r\n", hub.UpgradeHead, StringComparison.Ordinal);
        Assert.Contains("Sec-WebSocket-Version: 13\r\n", hub.UpgradeHead, StringComparison.Ordinal);
        Assert.DoesNotContain("Sec-WebSocket-Protocol", hub.UpgradeHead, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Sec-WebSocket-Extensions", hub.UpgradeHead, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Origin", hub.UpgradeHead, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Authorization", hub.UpgradeHead, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Statement("client 35", "client 37")]
    public async Task Handshake_Tokens_AreBareTextAndTheSecondHoldsTheNonce()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;

        using var first = ReadClaims(hub.HandshakeToken);
        using var second = ReadClaims(hub.AttestToken);
        Assert.False(first.RootElement.TryGetProperty("session_nonce", out var _));
        Assert.Equal(HubSide.Nonce, second.RootElement.GetProperty("session_nonce").GetString());
        Assert.Equal("app.example.test", second.RootElement.GetProperty("hostnames")[0].GetString());
    }

    [Theory]
    [InlineData("""{"type":"reauth_challenge","nonce":"abc"}""")]
    [InlineData("""{"type":"handshake_challenge","nonce":"  "}""")]
    [InlineData("""{"type":"handshake_challenge"}""")]
    [InlineData("not json")]
    [Statement("client 36")]
    public async Task Challenge_NotAsTheProtocolSays_FailsTheAttempt(string challenge)
    {
        await using var client = await ClientUnderTest.StartAsync();
        var hub = await client.Hub.AcceptAsync();
        await hub.ReceiveAsync();
        await hub.SendTextAsync(challenge);

        await client.Metrics.WaitForAsync("nexus.client.connect.duration", ("error.type", "challenge_invalid")).BoundedAsync();
    }

    [Fact]
    [Statement("client 36")]
    public async Task Challenge_Binary_FailsTheAttempt()
    {
        await using var client = await ClientUnderTest.StartAsync();
        var hub = await client.Hub.AcceptAsync();
        await hub.ReceiveAsync();
        await hub.SendBinaryAsync("""{"type":"handshake_challenge","nonce":"abc"}"""u8.ToArray());

        await client.Metrics.WaitForAsync("nexus.client.connect.duration", ("error.type", "challenge_invalid")).BoundedAsync();
    }

    [Fact]
    [Statement("client 36")]
    public async Task Challenge_NoneWithin15Seconds_FailsTheAttempt()
    {
        var time = new ManualTimeProvider();
        await using var client = await ClientUnderTest.StartAsync(time);
        var hub = await client.Hub.AcceptAsync();
        await hub.ReceiveAsync();

        await time.AdvanceToTimerAsync(TimeSpan.FromSeconds(15));
        await client.Metrics.WaitForAsync("nexus.client.connect.duration", ("error.type", "timeout")).BoundedAsync();
    }

    [Fact]
    public async Task Tokens_ProviderWithATimeLimitOfItsOwn_IsAskedAgain()
    {
        var time = new ManualTimeProvider();
        var tokens = new ScriptedTokens();
        tokens.Fail(new TaskCanceledException("The request was cancelled because of its time limit."));
        await using var client = await ClientUnderTest.StartAsync(time, services: given => given with { TokenProvider = tokens });

        await client.Metrics.WaitForAsync("nexus.client.connect.duration", ("error.type", "token_unavailable")).BoundedAsync();
        await client.Logs.WaitForEventAsync(304);
        time.Advance(TimeSpan.FromSeconds(1));
        await tokens.AskedAsync(NexusTokenStage.Handshake, times: 2).BoundedAsync();
    }

    [Fact]
    public async Task CertificateCheck_OfTheApplicationThrows_FailsTheAttemptOnly()
    {
        await using var client = await ClientUnderTest.StartAsync(
            new ManualTimeProvider(), options => options.Transport.ServerCertificateValidation = (_, _, _, _) => throw new InvalidCastException("of theirs"));
        await Assert.ThrowsAnyAsync<Exception>(client.Hub.AcceptAsync);

        await client.Metrics.WaitForAsync("nexus.client.connect.duration", ("error.type", "unexpected")).BoundedAsync();
        await client.Logs.WaitForEventAsync(304);
        Assert.Equal(NexusConnectError.Unexpected, Assert.Single(client.Client.Sessions).LastError);
    }

    [Fact]
    [Statement("client 38")]
    public async Task Connect_AsVeryFirstMessage_IsServed()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;

        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        var grant = await hub.WaitForControlAsync(id, "resume_stream");
        Assert.Equal(64, grant.Credits);
    }

    [Fact]
    [Statement("client 39")]
    public async Task Refusal_WithCloseReason_IsReportedWithItsText()
    {
        await using var client = await ClientUnderTest.StartAsync();
        var hub = await client.Hub.AcceptAsync();
        await hub.ReceiveAsync();
        await hub.CloseAsync(1008, "wrong colour");

        await client.Metrics.WaitForAsync("nexus.client.connect.duration", ("error.type", "authentication_failed")).BoundedAsync();
        var log = await client.Logs.WaitForEventAsync(304);
        Assert.Contains("wrong colour", log.Message, StringComparison.Ordinal);
        Assert.Equal(LogLevel.Warning, log.Level);
    }

    [Fact]
    [Statement("client 39")]
    public async Task Refusal_BareEndOfConnection_IsHandledEqually()
    {
        await using var client = await ClientUnderTest.StartAsync();
        var hub = await client.Hub.AcceptAsync();
        await hub.ReceiveAsync();
        await hub.BreakAsync();

        await client.Metrics.WaitForAsync("nexus.client.connect.duration", ("error.type", "rejected_early")).BoundedAsync();
    }

    [Theory]
    [InlineData(401, "authentication_failed")]
    [InlineData(403, "authentication_failed")]
    [InlineData(429, "rate_limited")]
    [InlineData(503, "upgrade_refused")]
    [InlineData(302, "upgrade_refused")]
    [Statement("client 50")]
    public async Task Refusal_ByHttpStatus_IsClassifiedByIt(int status, string expected)
    {
        await using var client = await ClientUnderTest.StartAsync();
        await client.Hub.RefuseAsync(status);

        await client.Metrics.WaitForAsync("nexus.client.connect.duration", ("error.type", expected)).BoundedAsync();
    }

    [Fact]
    [Statement("client 34")]
    public async Task Certificate_OfUnknownAuthority_IsRefused()
    {
        await using var client = await ClientUnderTest.StartAsync(configure: options => options.Transport.ServerCertificateAuthorities = null);
        await Assert.ThrowsAnyAsync<Exception>(client.Hub.AcceptAsync);

        await client.Metrics.WaitForAsync("nexus.client.connect.duration", ("error.type", "tls_failed")).BoundedAsync();
    }

    [Fact]
    [Statement("client 34")]
    public async Task Certificate_ForAnotherName_IsRefusedWhateverItsAuthority()
    {
        await using var other = new ScriptedHub("other.example.test");
        await using var client = await ClientUnderTest.StartAsync(configure: options =>
        {
            options.NexusAddresses = [other.Address];
            options.Transport.ServerCertificateAuthorities = other.Authorities;
        });
        await Assert.ThrowsAnyAsync<Exception>(other.AcceptAsync);

        await client.Metrics.WaitForAsync("nexus.client.connect.duration", ("error.type", "tls_failed")).BoundedAsync();
    }

    /// <summary>The protocol has no word for "accepted"; without one a hub that is content counts as such after 10 s only.</summary>
    [Fact]
    public async Task Ping_OfTheHub_SaysThatItHasAcceptedTheSession()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(new ManualTimeProvider());
        await using var _ = client;
        await hub.PingAsync();

        await client.Client.WaitUntilConnectedAsync(TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Equal(NexusSessionState.Connected, Assert.Single(client.Client.Sessions).State);
    }

    [Fact]
    [Statement("client 46")]
    public async Task Addresses_OneFails_TheOtherIsServed()
    {
        using var refused = FreePort.Reserve();
        var (client, hub) = await ClientUnderTest.ConnectAsync(configure: options => options.NexusAddresses = [$"wss://localhost:{refused.Port}/connect", .. options.NexusAddresses]);
        await using var _ = client;

        var id = await hub.ConnectAsync(port: 1);
        await hub.WaitForControlAsync(id, "disconnect");
        await client.Client.WaitUntilConnectedAsync(TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Equal(NexusSessionState.Connected, client.Client.Sessions[1].State);
        Assert.NotEqual(NexusSessionState.Connected, client.Client.Sessions[0].State);
    }

    [Fact]
    [Statement("client 40")]
    public async Task Token_FirstOne_IsObtainedBeforeTheDial()
    {
        var provider = new ScriptedTokens();
        await using var client = await ClientUnderTest.StartAsync(services: services => services with { TokenProvider = provider });
        var accepting = client.Hub.AcceptAsync();
        await provider.AskedAsync(NexusTokenStage.Handshake);
        Assert.False(accepting.IsCompleted);

        provider.Answer(new NexusToken("first"));
        var hub = await accepting;
        Assert.Equal("first", (await hub.ReceiveAsync()).Text);
    }

    [Fact]
    [Statement("client 63")]
    public async Task Token_RejectedHandshake_IsToldToTheProvider()
    {
        var provider = new ScriptedTokens();
        await using var client = await ClientUnderTest.StartAsync(services: services => services with { TokenProvider = provider });
        provider.Answer(new NexusToken("first"));
        var hub = await client.Hub.AcceptAsync();
        await hub.ReceiveAsync();
        await hub.CloseAsync(1008, "no");

        await provider.RejectedAsync(NexusTokenStage.Handshake);
    }

    [Fact]
    public async Task Token_ProviderThrowsAnything_IsAFailedAttempt()
    {
        var provider = new ScriptedTokens();
        await using var client = await ClientUnderTest.StartAsync(services: services => services with { TokenProvider = provider });
        provider.Fail(new InvalidOperationException("secret-text"));

        await client.Metrics.WaitForAsync("nexus.client.connect.duration", ("error.type", "token_unavailable")).BoundedAsync();
        Assert.DoesNotContain(client.Logs.Records, record => record.Message.Contains("secret-text", StringComparison.Ordinal));
    }

    private static JsonDocument ReadClaims(string token) => JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
}
