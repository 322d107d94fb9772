using System.Net.WebSockets;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Sessions;

public sealed class ReauthenticationTests
{
    [Fact]
    [Statement("client 69")]
    public async Task Challenge_IsAnsweredWithOneBareTokenForItsNonce()
    {
        var (client, hub, tokens) = await ConnectAsync();
        await using var _ = client;
        tokens.Answer(new NexusToken(" third \n"));
        await hub.SendTextAsync("""{"type":"reauth_challenge","nonce":"n1"}""");

        Assert.Equal("third", (await hub.WaitForAsync(message => message.Type == WebSocketMessageType.Text)).Text);
        Assert.Equal("n1", (await tokens.AskedAsync(NexusTokenStage.Reauth)).SessionNonce);
    }

    [Fact]
    [Statement("client 70")]
    public async Task Token_TakesLong_TrafficGoesOn()
    {
        var (client, hub, tokens) = await ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await hub.SendTextAsync("""{"type":"reauth_challenge","nonce":"n1"}""");
        await tokens.AskedAsync(NexusTokenStage.Reauth);

        await hub.SendDataAsync(id, [1, 2]);
        Assert.Equal([1, 2], await LocalService.ReceiveAsync(local, 2));
        await LocalService.SendAsync(local, [3]);
        Assert.Equal([3], await hub.WaitForDataAsync(id, 1));
        await hub.RoundTripAsync();
        tokens.Answer(new NexusToken("third"));
        await hub.WaitForAsync(message => message.Type == WebSocketMessageType.Text);
    }

    [Fact]
    [Statement("client 71")]
    public async Task Provider_Fails_IsAskedAgainAndStreamsStay()
    {
        var time = new ManualTimeProvider();
        var (client, hub, tokens) = await ConnectAsync(time);
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        tokens.Fail(new NexusTokenException("away"));
        tokens.Answer(new NexusToken("third"));
        await hub.SendTextAsync("""{"type":"reauth_challenge","nonce":"n1"}""");
        await tokens.AskedAsync(NexusTokenStage.Reauth);
        await client.Logs.WaitForEventAsync(305);
        await time.AdvanceToTimerAsync(TimeSpan.FromSeconds(1));

        Assert.Equal("third", (await hub.WaitForAsync(message => message.Type == WebSocketMessageType.Text)).Text);
        await hub.SendDataAsync(id, [1]);
        Assert.Equal([1], await LocalService.ReceiveAsync(local, 1));
    }

    [Fact]
    public async Task Challenge_NewerOne_ReplacesTheOlder()
    {
        var (client, hub, tokens) = await ConnectAsync();
        await using var _ = client;
        await hub.SendTextAsync("""{"type":"reauth_challenge","nonce":"old"}""");
        await tokens.AskedAsync(NexusTokenStage.Reauth);
        await hub.SendTextAsync("""{"type":"reauth_challenge","nonce":"new"}""");
        Assert.Equal("new", (await tokens.AskedAsync(NexusTokenStage.Reauth, times: 2)).SessionNonce);
        tokens.Answer(new NexusToken("for-new"));

        Assert.Equal("for-new", (await hub.WaitForAsync(message => message.Type == WebSocketMessageType.Text)).Text);
        await hub.RoundTripAsync();
        Assert.Single(hub.Messages, message => message.Type == WebSocketMessageType.Text);
    }

    private static async Task<(ClientUnderTest Client, HubSide Hub, ScriptedTokens Tokens)> ConnectAsync(TimeProvider? time = null)
    {
        var tokens = new ScriptedTokens();
        tokens.Answer(new NexusToken("first"), new NexusToken("second"));
        var (client, hub) = await ClientUnderTest.ConnectAsync(time, services: services => services with { TokenProvider = tokens });
        return (client, hub, tokens);
    }
}
