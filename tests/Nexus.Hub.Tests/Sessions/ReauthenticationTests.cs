using Nexus.Hub.Authentication;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Sessions;

/// <summary>spec/node.md §1.10: fresh tokens while traffic goes on.</summary>
public sealed class ReauthenticationTests
{
    private static readonly Dictionary<string, object?> s_claims =
        new(TestToken.Claims("app.test")) { ["reauth_interval_seconds"] = 20, ["reauth_grace_seconds"] = 5 };

    [Fact]
    [Statement("node 40")]
    public void Stretch_ManyDraws_StayWithinAFifth() => Assert.All(Enumerable.Range(0, 1000), _ =>
    {
        var stretched = Reauthentication.Stretch(TimeSpan.FromSeconds(100)).TotalSeconds;
        Assert.True(stretched is >= 100 and < 120);
    });

    [Fact]
    [Statement("node 40", "node 42")]
    public async Task Challenge_CorrectAnswer_KeepsTheSessionAndArmsAgain()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, s_claims);
        Assert.Null(await NextTextWithinAsync(hub, backend, 19));
        for (var i = 0; i < 3; i++)
        {
            var nonce = await ChallengeAsync(hub, backend);
            await backend.Socket.SendTextAsync(TestToken.Stage1(s_claims, nonce));
            await backend.SettleAsync();
        }

        await AssertServesAsync(hub, backend);
    }

    [Fact]
    [Statement("node 42")]
    public async Task Answer_WithoutInterval_EndsReauthentication()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, s_claims);
        var nonce = await ChallengeAsync(hub, backend);
        await backend.Socket.SendTextAsync(TestToken.Stage1(TestToken.Claims("app.test"), nonce));
        await backend.SettleAsync();

        Assert.Null(await NextTextWithinAsync(hub, backend, 40));
        await AssertServesAsync(hub, backend);
    }

    [Fact]
    [Statement("node 43")]
    public async Task Answer_Missing_EndsTheSessionAfterTheGrace()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, s_claims);
        await ChallengeAsync(hub, backend);
        await hub.AdvanceAsync(6);

        Assert.Equal(1008, (await backend.ReceiveCloseAsync()).CloseCode);
        await hub.Metrics.WaitForAsync("nexus.hub.session.duration", ("end", "reauthentication_timeout"));
    }

    [Theory]
    [Statement("node 43")]
    [InlineData("session_nonce", "\"another\"")]
    [InlineData("hostnames", "[\"other.test\"]")]
    [InlineData("weight", "5")]
    [InlineData("weight", "-1")]
    [InlineData("outbound_allowed", "true")]
    [InlineData("exp", "1000")]
    public async Task Answer_Wrong_EndsTheSession(string claim, string json)
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, s_claims);
        var answer = new Dictionary<string, object?>(s_claims) { ["session_nonce"] = await ChallengeAsync(hub, backend) };
        await backend.Socket.SendTextAsync(TestToken.Sign(new(answer) { [claim] = TestToken.Json(json) }));

        Assert.Equal(1008, (await backend.ReceiveCloseAsync()).CloseCode);
        await hub.Metrics.WaitForAsync("nexus.hub.session.duration", ("end", "reauthentication_refused"));
    }

    [Fact]
    [Statement("node 41", "node 44")]
    public async Task Challenge_WhileAStreamIsBusy_ArrivesAndTheStreamGoesOn()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, s_claims);
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        var sending = user.SendAsync(new byte[4_000_000]); // more than the window holds: data waits behind credits
        var nonce = await ChallengeAsync(hub, backend);
        await backend.SendDataAsync(connect.Id, [1]);
        Assert.Equal([1], await user.ReceiveAsync(1));

        await backend.Socket.SendTextAsync(TestToken.Stage1(s_claims, nonce));
        await backend.SendDataAsync(connect.Id, [2]);
        Assert.Equal([2], await user.ReceiveAsync(1));
        await backend.SendEventAsync("disconnect", connect.Id);
        await user.ReceiveAllAsync();
        await sending;
        Assert.Empty(hub.Metrics.Of("nexus.hub.session.duration"));
    }

    private static async Task<string> ChallengeAsync(HubUnderTest hub, BackendPeer backend)
    {
        var text = await NextTextWithinAsync(hub, backend, 120); // the interval begins when the last answer was checked, which this clock does not wait for
        Assert.NotNull(text);
        Assert.StartsWith("{\"type\":\"reauth_challenge\",\"nonce\":\"", text, StringComparison.Ordinal);
        return text.Split('"')[7];
    }

    /// <summary>Moves the clock until a text message arrives; null when none came. The backend shows that it lives meanwhile.</summary>
    private static async Task<string?> NextTextWithinAsync(HubUnderTest hub, BackendPeer backend, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            await hub.AdvanceAsync(1);
            await backend.Socket.SendAsync(RawFrame.PongOpcode, []);
            await backend.Socket.SendAsync(RawFrame.PingOpcode, [1]);
            while (await backend.Socket.ReceiveAsync() is { } frame && frame.Opcode != RawFrame.PongOpcode)
            {
                if (frame.Opcode != RawFrame.TextOpcode) continue;
                while (await backend.Socket.ReceiveAsync() is { } rest && rest.Opcode != RawFrame.PongOpcode)
                {
                    // What was sent before the answer to our ping.
                }

                return frame.Text;
            }
        }

        return null;
    }

    private static async Task AssertServesAsync(HubUnderTest hub, BackendPeer backend)
    {
        await using var user = await hub.ConnectAsync("app.test");
        await backend.ReceiveEventAsync("connect");
    }
}
