using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Grpc.Core;
using Nexus.Edge.Passthrough;
using Nexus.Edge.Tests.Fakes;
using Nexus.Edge.Tests.Peeking;
using Nexus.Protocol.Channels;

namespace Nexus.Edge.Tests.Passthrough;

/// <summary>A connection's life on a relay port, with real sockets and a real carrier.</summary>
public sealed class PassthroughTests
{
    [Fact]
    [Statement("node 75", "node 76")]
    public async Task Tls_KnownName_ReachesItsBackendUnchanged()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await edge.ConnectAsync();
        byte[] sent = [.. Hellos.For("APP.test"), .. "early data"u8];
        await user.SendAsync(sent);

        var stream = await edge.Hub.NextAsync();
        Assert.Equal(sent, await stream.ReadAsync(sent.Length));
        Assert.Equal(("app.test", true, edge.RelayPort, user.LocalEndPoint.ToString()), (stream.Open.Host, stream.Open.IsTls, stream.Open.LocalPort, stream.Open.ClientAddress));

        await stream.WriteAsync("hi"u8.ToArray());
        Assert.Equal("hi"u8.ToArray(), await user.ReceiveAsync(2));
        await stream.EndAsync();
        Assert.Empty(await user.ReceiveToEndAsync());
        user.HalfClose();
        Assert.Null(await edge.EndOfAsync());
        Assert.Equal(sent.Length, edge.Metrics.Sum("nexus.edge.relayed_bytes", ("network.io.direction", "receive")));
        Assert.Equal(2, edge.Metrics.Sum("nexus.edge.relayed_bytes", ("network.io.direction", "transmit")));
    }

    [Fact]
    public async Task Http_KnownHost_IsRoutedOnARelayPort()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await edge.ConnectAsync();
        const string Request = "GET / HTTP/1.1\r\nHost: a.wild.test:8080\r\n\r\n";
        await user.SendAsync(Request);

        var stream = await edge.Hub.NextAsync();
        Assert.Equal(Request, await stream.ReadTextAsync(Request.Length));
        Assert.Equal(("a.wild.test", false), (stream.Open.Host, stream.Open.IsTls));
    }

    [Theory]
    [InlineData("unknown.test", "unknown_host")]
    [InlineData("a.b.wild.test", "unknown_host")]
    [InlineData("wild.test", "unknown_host")]
    [InlineData("tcp:53", "bad_name")]
    [InlineData("*.wild.test", "bad_name")]
    [InlineData(" .wild.test", "bad_name")]
    [Statement("node 80", "node 86", "node 89", "seen 11", "case 10")]
    public async Task Tls_NameWithoutRoute_GetsAnAlert(string name, string reason)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        edge.Claim(edge.RelayPort, 53); // and never a claim instead
        await edge.RoutesInForceAsync(2);
        using var user = await edge.ConnectAsync();
        await user.SendAsync(Hellos.For(name));

        await user.AssertAlertAsync(TlsAlert.UnrecognizedName);
        Assert.Equal(reason, await edge.EndOfAsync());
        Assert.Equal(0, edge.Hub.Opened);
    }

    [Theory]
    [InlineData("\u0000\u0001\u0002", "not_recognized")]
    [InlineData("\u0016\u0002", "malformed")]
    public async Task FirstBytes_ThatNameNobody_EndWithTheirReason(string bytes, string reason)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await edge.ConnectAsync();
        await user.SendAsync(bytes);

        await user.AssertClosedWithoutAByteAsync();
        Assert.Equal(reason, await edge.EndOfAsync());
    }

    [Fact]
    public async Task User_LeavesInTheMiddleOfItsHello_IsUserLeft()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await edge.ConnectAsync();
        await user.SendAsync(Hellos.For("app.test").AsMemory(0, 50));
        user.HalfClose();

        Assert.Equal("user_left", await edge.EndOfAsync());
    }

    [Fact]
    [Statement("node 77")]
    public async Task Hello_Of32768Bytes_Passes()
    {
        await using var edge = await EdgeUnderTest.StartAsync(("Nexus:Edge:Routing:MaxAttempts", "1"));
        edge.Watch?.Delta(2, delta => delta.RouteUpserts.Add(new Contracts.Routing.V1.TargetRoute { TargetId = WatchCall.IdOf(edge.Hub.Address), Key = WatchCall.KeyOf("app.example.test"), Weight = 1 }));
        await edge.RoutesInForceAsync(2);
        using var user = await edge.ConnectAsync();
        var hello = Hellos.OfSize(32_768);
        await user.SendAsync(hello);

        Assert.Equal(hello, await (await edge.Hub.NextAsync()).ReadAsync(hello.Length));
    }

    [Fact]
    [Statement("node 77", "case 8")]
    public async Task Hello_Of32769Bytes_GetsAnAlert()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await edge.ConnectAsync();
        await user.SendAsync(Hellos.OfSize(32_769));

        await user.AssertAlertAsync(TlsAlert.DecodeError);
        Assert.Equal("peek_too_large", await edge.EndOfAsync());
    }

    [Fact]
    public async Task Target_Refuses_TheNextOneServes()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        await using var other = await FakeHub.StartAsync();
        edge.Hub.Refusal = StatusCode.ResourceExhausted;
        edge.Watch?.Delta(2, delta =>
        {
            delta.TargetUpserts.Add(WatchCall.TargetOf(other.Address));
            delta.RouteUpserts.Add(new Contracts.Routing.V1.TargetRoute { TargetId = WatchCall.IdOf(other.Address), Key = WatchCall.KeyOf("app.test"), Weight = 1 });
        });
        await edge.RoutesInForceAsync(2);

        for (var i = 0; i < 2; i++) // a refusal takes a turn too, so both begin with the one that refuses
        {
            using var user = await edge.ConnectAsync();
            var hello = Hellos.For("app.test");
            await user.SendAsync(hello);
            Assert.Equal(hello, await (await other.NextAsync()).ReadAsync(hello.Length));
        }
        Assert.Equal(2, edge.Metrics.Sum("nexus.edge.target_refusals", ("error.type", "ResourceExhausted")));
    }

    [Fact]
    public async Task Target_Dead_TheNextOneServesAndTheDeadIsTriedLast()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var dead = FreePort.Reserve(); // bound, and nobody listens
        edge.Watch?.Delta(2, delta =>
        {
            var address = new Uri($"http://127.0.0.1:{dead.Port}");
            delta.TargetUpserts.Add(WatchCall.TargetOf(address));
            delta.RouteUpserts.Add(new Contracts.Routing.V1.TargetRoute { TargetId = WatchCall.IdOf(address), Key = WatchCall.KeyOf("app.test"), Weight = 100 });
        });
        await edge.RoutesInForceAsync(2);

        for (var i = 0; i < 3; i++) (await edge.ConnectThroughAsync()).User.Dispose();
        Assert.Equal(1, edge.Metrics.Sum("nexus.edge.target_refusals", ("error.type", "Unreachable")));
    }

    [Fact]
    [Statement("seen 11")]
    public async Task Targets_AllRefuse_IsNoTarget()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        edge.Hub.Refusal = StatusCode.NotFound;
        using var user = await edge.ConnectAsync();
        await user.SendAsync(Hellos.For("app.test"));

        await user.AssertAlertAsync(TlsAlert.InternalError);
        Assert.Equal("no_target", await edge.EndOfAsync());
    }

    [Fact]
    public async Task User_HalfCloses_StillGetsTheWholeAnswer()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var (user, stream) = await edge.ConnectThroughAsync();
        using var _ = user;
        user.HalfClose();
        Assert.Equal(ChannelReadStatus.End, await stream.ReadEndAsync());

        var answer = RandomNumberGenerator.GetBytes(300_000);
        var receiving = user.ReceiveToEndAsync();
        await stream.WriteAsync(answer);
        await stream.EndAsync();
        Assert.Equal(answer, await receiving);
        Assert.Null(await edge.EndOfAsync());
    }

    /// <summary>A call ends in both directions, so what the user says after the backend's end has no receiver; it may say it, and sees the FIN.</summary>
    [Fact]
    public async Task Backend_EndsFirst_UserGetsAllThenFinAndMayGoOn()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var (user, stream) = await edge.ConnectThroughAsync();
        using var _ = user;
        var answer = RandomNumberGenerator.GetBytes(100_000);
        var receiving = user.ReceiveToEndAsync();
        await stream.WriteAsync(answer);
        await stream.EndAsync();

        Assert.Equal(answer, await receiving);
        await user.SendAsync("more"u8.ToArray());
        user.HalfClose();
        Assert.Null(await edge.EndOfAsync());
    }

    [Fact]
    public async Task Backend_EndsAtOnce_SlowReaderGetsEverything()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var (user, stream) = await edge.ConnectThroughAsync(receiveBuffer: 4_096);
        using var _ = user;
        var answer = RandomNumberGenerator.GetBytes(8 * 1024 * 1024);
        var writing = AnswerAsync(stream, answer);

        var first = await user.ReceiveAsync(10); // and then nothing, while kernel and windows fill
        Assert.False(writing.IsCompleted); // 8 MiB do not fit into what may be buffered on the way: the reader stops the writer
        byte[] received = [.. first, .. await user.ReceiveToEndAsync()];
        Assert.True(answer.AsSpan().SequenceEqual(received));
        await writing.BoundedAsync();
    }

    [Fact]
    public async Task Backend_Resets_UserSeesAReset()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var (user, stream) = await edge.ConnectThroughAsync();
        using var _ = user;
        await stream.WriteAsync(new byte[1]);
        await user.ReceiveAsync(1);
        stream.Abort();

        await user.AssertResetAsync();
        Assert.Equal("backend_reset", await edge.EndOfAsync());
    }

    [Fact]
    public async Task User_Resets_HubIsTold()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var (user, stream) = await edge.ConnectThroughAsync();
        user.Reset();

        await stream.Ended.BoundedAsync();
        Assert.Equal("user_reset", await edge.EndOfAsync());
    }

    [Fact]
    public async Task Connection_IdleBeyondTheTimeout_IsClosed()
    {
        await using var edge = await EdgeUnderTest.StartAsync(("Nexus:Edge:Passthrough:IdleTimeout", "00:01:00"));
        var armed = edge.Time.WaitForTimerAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        var (user, _) = await edge.ConnectThroughAsync();
        using var closing = user;
        await armed.BoundedAsync();
        edge.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("idle_timeout", await edge.EndOfAsync());
    }

    [Fact]
    public async Task Trace_OfTheConnection_GoesToTheHub()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Nexus.Edge",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var (user, stream) = await edge.ConnectThroughAsync();
        stream.Abort();
        await user.AssertAlertAsync(TlsAlert.InternalError);
        await edge.EndOfAsync();

        await edge.StopAsync(); // the span ends with the connection's task
        var span = Assert.Single(spans, span => span.Id == stream.Open.TraceParent);
        Assert.Equal("backend_reset", span.GetTagItem("error.type"));
    }

    private static async Task AnswerAsync(HubStream stream, byte[] answer)
    {
        await stream.WriteAsync(answer);
        await stream.EndAsync();
    }
}
