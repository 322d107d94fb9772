using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Sessions;

public sealed class SessionTests
{
    [Fact]
    [Statement("client 72", "client 75")]
    public async Task Messages_UnknownAndMalformed_DoNotEndTheSession()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        await hub.SendBinaryAsync();
        await hub.SendBinaryAsync(0x11, 1, 2, 3);
        await hub.SendBinaryAsync(1, 2, 3);
        await hub.SendControlAsync("{");
        await hub.SendControlAsync("""{"event":"connect","client_id":"nonsense"}""");
        await hub.SendControlAsync($$"""{"event":"something_new","client_id":"{{Guid.NewGuid()}}","colour":"red"}""");
        await hub.SendTextAsync("not json");
        await hub.SendTextAsync("""{"type":"something_new"}""");
        await hub.SendTextAsync("""{"type":"handshake_challenge","nonce":"late"}""");
        await hub.RoundTripAsync();
    }

    [Fact]
    [Statement("client 76")]
    public async Task Data_Empty_IsLegal()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await hub.SendDataAsync(id, []);
        await hub.SendDataAsync(id, [5]);
        Assert.Equal([5], await LocalService.ReceiveAsync(local, 1));
    }

    [Fact]
    [Statement("client 43")]
    public async Task Message_InSeveralFragments_IsReassembled()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = Guid.NewGuid();
        byte[] message = [2, .. Encoding.UTF8.GetBytes($$"""{"event":"connect","client_id":"{{id}}","conn_port":1}""")];
        await hub.SendFragmentsAsync(message.Chunk(7));
        Assert.Equal("dial_failed", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
    }

    [Fact]
    [Statement("client 44")]
    public async Task Message_Of65553Bytes_IsDelivered()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await hub.SendDataAsync(id, new byte[65_536]);
        Assert.Equal(65_536, (await LocalService.ReceiveAsync(local, 65_536)).Length);
    }

    [Fact]
    [Statement("client 44")]
    public async Task Message_TooLarge_ClosesWith1009()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        await hub.SendBinaryAsync(new byte[256 * 1024]);
        await hub.EndedAsync();
        Assert.Equal(1009, hub.CloseCode);
        await client.Metrics.WaitForAsync("nexus.client.session.duration", ("error.type", "protocol_violation")).BoundedAsync();
    }

    [Fact]
    [Statement("client 41", "seen 9")]
    public async Task Hub_SilentFor10Seconds_EndsTheSession()
    {
        var time = new ManualTimeProvider();
        await using var client = await ClientUnderTest.StartAsync(time);
        var hub = await client.Hub.AcceptAsync();
        await hub.ReceiveAsync();
        await hub.SendTextAsync("""{"type":"handshake_challenge","nonce":"abc"}""");
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        int[] first = [await hub.ReadFrameAsync(), await hub.ReadFrameAsync()];
        Assert.Equal([1, 9], first.Order()); // the second token and a ping, which may overtake it

        // Each ping has arrived before the clock goes on: a write that takes 10 s would end the session too.
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(9, await hub.ReadFrameAsync());
        time.Advance(TimeSpan.FromSeconds(5));
        await client.Metrics.WaitForAsync("nexus.client.session.duration", ("error.type", "hub_silent")).BoundedAsync();
    }

    [Fact]
    [Statement("client 48", "client 52")]
    public async Task HealthySession_Ends_TheNextAttemptComesAtOnce()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(new ManualTimeProvider());
        await using var _ = client;
        await hub.RoundTripAsync();
        await hub.BreakAsync();

        // The clock stands still: any waiting would last for ever.
        var next = await client.Hub.AcceptSessionAsync();
        await next.RoundTripAsync();
    }

    [Fact]
    public async Task ShortSessions_InARow_AreFollowedByAPause()
    {
        var time = new ManualTimeProvider();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time);
        await using var _ = client;
        await hub.RoundTripAsync();
        await hub.BreakAsync();
        var next = await client.Hub.AcceptSessionAsync();
        await next.RoundTripAsync();
        await next.BreakAsync();

        await client.Logs.WaitForEventAsync(304);
        Assert.Equal(NexusSessionState.Waiting, Assert.Single(client.Client.Sessions).State);
    }

    [Fact]
    [Statement("client 49")]
    public async Task ShortSession_WithoutAMessage_CountsAsAFailedAttempt()
    {
        var time = new ManualTimeProvider();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time);
        await using var _ = client;
        await hub.CloseAsync(1008, "claims changed");

        var failed = await client.Logs.WaitForEventAsync(304);
        Assert.Contains("AuthenticationFailed", failed.Message, StringComparison.Ordinal);
        Assert.Contains("claims changed", failed.Message, StringComparison.Ordinal);
        var session = Assert.Single(client.Client.Sessions);
        Assert.Equal(NexusSessionState.Waiting, session.State);
        Assert.Equal(NexusConnectError.AuthenticationFailed, session.LastError);
        Assert.InRange(session.NextAttempt.GetValueOrDefault() - time.GetUtcNow(), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
    }

    [Fact]
    [Statement("client 126")]
    public async Task Logs_OfAWholeSession_HoldNoTokenNonceOrSecret()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using (client)
        {
            await hub.SendTextAsync("""{"type":"reauth_challenge","nonce":"nonce-of-the-reauth-0123456789"}""");
            var answer = await hub.WaitForAsync(message => message.Type == WebSocketMessageType.Text);
            await hub.RoundTripAsync();
            string[] secrets = [hub.HandshakeToken, hub.AttestToken, answer.Text, HubSide.Nonce, "nonce-of-the-reauth-0123456789", "a-secret"];
            await hub.CloseAsync(1000);
            await client.Logs.WaitForEventAsync(303);
            Assert.DoesNotContain(client.Logs.Records, record => secrets.Any(secret => record.Message.Contains(secret, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Stream_TraceContextOfTheHub_IsContinued()
    {
        var ended = new TaskCompletionSource<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Nexus.Client",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceId.ToHexString() == "0af7651916cd43dd8448eb211c80319c" ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = activity => ended.TrySetResult(activity),
        };
        ActivitySource.AddActivityListener(listener);
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        await hub.ConnectAsync(port: 1, extra: ""","trace_parent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" """);

        var span = await ended.Task.BoundedAsync();
        Assert.Equal("b7ad6b7169203331", span.ParentSpanId.ToHexString());
        Assert.Equal("no_route", span.GetTagItem("error.type"));
    }

    [Fact]
    [Statement("client 127")]
    public async Task Events_OfASession_AreTold()
    {
        await using var client = await ClientUnderTest.StartAsync();
        var events = client.Client.WatchEventsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var hub = await client.Hub.AcceptSessionAsync();
        var id = await hub.ConnectAsync(port: 1);
        await hub.WaitForControlAsync(id, "disconnect");

        var seen = new List<NexusClientEvent>();
        while (seen.Count < 3 && await events.MoveNextAsync().BoundedAsync()) seen.Add(events.Current);
        Assert.Equal([NexusClientEventKind.Connected, NexusClientEventKind.StreamOpened, NexusClientEventKind.StreamClosed], seen.Select(happened => happened.Kind));
        Assert.Equal(id, seen[2].StreamId);
        Assert.Equal("dial_failed", seen[2].Reason);
        await events.DisposeAsync();
    }

    [Fact]
    [Statement("client 127")]
    public async Task Statistics_OfASession_AreCounted()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        await hub.RoundTripAsync();
        await hub.CloseAsync(1000);
        await client.Metrics.WaitForSumAsync("nexus.client.active_sessions", 0).BoundedAsync();
        var statistics = client.Client.GetStatistics();
        Assert.Equal(1, statistics.StreamsOpened);
        Assert.Equal(1, statistics.StreamsFailed);
        Assert.True(statistics.BytesSent > 0 && statistics.BytesReceived > 0);
    }
}
