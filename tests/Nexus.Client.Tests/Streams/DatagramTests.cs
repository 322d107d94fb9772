using System.Globalization;
using System.Text;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Streams;

/// <summary>spec/client.md §9: UDP flows between a hub and local services.</summary>
public sealed class DatagramTests : IDisposable
{
    private readonly LocalUdpService _service = new();

    public void Dispose() => _service.Dispose();

    [Fact]
    [Statement("client 105", "client 29")]
    public async Task Datagrams_BothWays_KeepTheirBoundaries()
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        var id = await OpenAsync(hub);
        Assert.Equal(64, (await hub.WaitForControlAsync(id, "resume_stream")).Credits);
        foreach (var datagram in (string[])["one", "", "three"]) await hub.SendDataAsync(id, Encoding.UTF8.GetBytes(datagram));
        var (first, from) = await _service.ReceiveAsync();
        Assert.Equal("one", Encoding.UTF8.GetString(first));
        Assert.Equal("", await _service.ReceiveTextAsync());
        Assert.Equal("three", await _service.ReceiveTextAsync());

        foreach (var reply in (string[])["four", "", "six"]) _service.Send(from, Encoding.UTF8.GetBytes(reply));
        await hub.WaitForFramesAsync(id, 3);
        Assert.Equal(["four", "", "six"], hub.Messages.Where(message => message.IsData).Select(message => Encoding.UTF8.GetString(message.Payload)));
    }

    [Fact]
    [Statement("client 28", "client 29")]
    public async Task Mapping_OfTheRouteKey_OverridesTheDefault_AndTcpKeepsItsOwn()
    {
        using var other = new LocalUdpService();
        var (client, hub) = await ConnectAsync(options => options.PortMappings[443] = new()
        {
            Default = options.PortMappings[443].Default,
            Hosts = new Dictionary<string, string> { ["udp:443"] = other.Target },
        });
        await using var _ = client;
        await hub.SendDataAsync(await OpenAsync(hub, port: 443), "for the other"u8);
        Assert.Equal("for the other", await other.ReceiveTextAsync());

        await hub.ConnectAsync(hostname: "tcp:443");
        using var accepted = await client.Service.AcceptAsync(); // the default, by TCP
        await hub.SendDataAsync(await OpenAsync(hub), "for the default"u8);
        Assert.Equal("for the default", await _service.ReceiveTextAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","transport":"sctp" """)]
    [Statement("client 30")]
    public async Task Transport_AbsentOrUnknown_IsTcp(string transport)
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        await hub.SendControlAsync($$"""{"event":"connect","client_id":"{{Guid.NewGuid()}}","conn_port":443,"hostname":"x","credits":64{{transport}}}""");
        using var accepted = await client.Service.AcceptAsync();
    }

    [Fact]
    [Statement("client 106")]
    public async Task TenThousand_OverOneFlow_PassAndAreGrantedBack_WhileAnotherFlowAnswers()
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        var busy = await OpenAsync(hub);
        var other = await OpenAsync(hub);
        const int Window = 20;
        for (var i = 0; i < 10_000; i += Window)
        {
            // A window at a time: as much as every buffer on the way holds.
            for (var n = i; n < i + Window; n++) await hub.SendDataAsync(busy, Encoding.UTF8.GetBytes(n.ToString(CultureInfo.InvariantCulture)));
            for (var n = i; n < i + Window; n++) Assert.Equal(n.ToString(CultureInfo.InvariantCulture), await _service.ReceiveTextAsync());
            if (i % 1_000 != 0) continue;
            await hub.SendDataAsync(other, "other"u8);
            var (_, from) = await _service.ReceiveAsync();
            _service.Send(from, "answer"u8.ToArray());
            await hub.WaitForFramesAsync(other, (i / 1_000) + 1);
        }

        await hub.RoundTripAsync();
        Assert.Equal(10_064, hub.Messages.Where(message => message.Event == "resume_stream" && message.StreamId == busy).Sum(message => message.Credits));
        Assert.Equal(0, client.Client.GetStatistics().DatagramsDropped);
    }

    [Fact]
    [Statement("client 107")]
    public async Task Datagram_ThatTheSystemRefuses_IsDroppedCountedAndConsumed()
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        var id = await OpenAsync(hub);
        await hub.SendDataAsync(id, "before"u8);
        Assert.Equal("before", await _service.ReceiveTextAsync());

        // More than UDP carries: the socket says so.
        for (var i = 0; i < 7; i++) await hub.SendDataAsync(id, new byte[66_000]);
        await hub.SendDataAsync(id, "after"u8);
        Assert.Equal("after", await _service.ReceiveTextAsync());
        await hub.WaitForAsync(message => message.Event == "resume_stream" && message.StreamId == id && message.Credits == 8);
        Assert.Equal(7, client.Client.GetStatistics().DatagramsDropped);
    }

    [Fact]
    [Statement("client 108")]
    public async Task NobodyThere_FlowEndsWithDisconnect()
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        _service.Dispose();
        var id = await OpenAsync(hub);
        await hub.SendDataAsync(id, "anybody?"u8);
        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
    }

    [Fact]
    [Statement("client 109")]
    public async Task Replies_OfTheLargestFrame_PassWhole_LargerOnesAreDropped()
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        var id = await OpenAsync(hub);
        await hub.SendDataAsync(id, "hello"u8);
        var (_, from) = await _service.ReceiveAsync();
        var largest = new byte[32 * 1024];
        Random.Shared.NextBytes(largest);
        _service.Send(from, new byte[largest.Length + 1]);
        _service.Send(from, largest);
        Assert.Equal(largest, await hub.WaitForDataAsync(id, largest.Length));
        Assert.Equal(1, hub.FramesOf(id));
        Assert.Equal(1, client.Client.GetStatistics().DatagramsDropped);
    }

    [Fact]
    public async Task Credits_UsedUp_NothingMoreIsSent_AndWhatIsTooMuchIsDropped()
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        var id = await OpenAsync(hub, credits: 4);
        await hub.SendDataAsync(id, "hello"u8);
        var (_, from) = await _service.ReceiveAsync();
        while (client.Client.GetStatistics().DatagramsDropped == 0)
        {
            _service.Send(from, new byte[8 * 1024]);
            await hub.RoundTripAsync();
        }

        Assert.Equal(4, hub.FramesOf(id));
        await hub.GrantAsync(id, 2);
        await hub.WaitForFramesAsync(id, 6);
        await hub.RoundTripAsync();
        Assert.Equal(6, hub.FramesOf(id));
    }

    [Fact]
    public async Task WhileDialling_SixtyFourWait_MoreAreDropped_AllAreConsumed()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var local = new DatagramPipe();
        var (client, hub) = await ClientUnderTest.ConnectAsync(services: given => given with
        {
            ConnectHandlers =
            [
                async (request, _) =>
                {
                    if (request.Transport != NexusTransport.Udp) return NexusConnectResult.NoRoute;
                    await gate.Task;
                    return NexusConnectResult.FromDatagrams(local);
                },
            ],
        });
        await using var _ = client;
        var id = await OpenAsync(hub);
        for (var i = 0; i < 72; i++) await hub.SendDataAsync(id, [(byte)i]);
        await hub.RoundTripAsync();
        gate.SetResult();
        for (var i = 0; i < 64; i++) Assert.Equal((byte)i, Assert.Single(await local.FromUser.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().BoundedAsync()));
        Assert.Equal(64 + 72, hub.Messages.Where(message => message.Event == "resume_stream" && message.StreamId == id).Sum(message => message.Credits));
        Assert.Equal(8, client.Client.GetStatistics().DatagramsDropped);

        local.ToUser.Writer.TryWrite("from the handler"u8.ToArray());
        Assert.Equal("from the handler"u8.ToArray(), await hub.WaitForDataAsync(id, 16));
        local.ToUser.Writer.Complete();
        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
        await local.Disposed.Task.BoundedAsync();
    }

    [Fact]
    public async Task Handler_AnswersAndIsDone_TheAnswersAreSentBeforeTheEnd()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(services: given => given with
        {
            ConnectHandlers =
            [
                (request, _) =>
                {
                    if (request.Transport != NexusTransport.Udp) return new(NexusConnectResult.NoRoute);
                    var local = new DatagramPipe();
                    for (var i = 0; i < 6; i++) local.ToUser.Writer.TryWrite(new[] { (byte)i });
                    local.ToUser.Writer.Complete();
                    return new(NexusConnectResult.FromDatagrams(local));
                },
            ],
        });
        await using var _ = client;
        var id = await OpenAsync(hub, credits: 4);
        await hub.WaitForFramesAsync(id, 4);
        await hub.GrantAsync(id, 2);
        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
        Assert.Equal([0, 1, 2, 3, 4, 5], hub.DataOf(id));
    }

    [Fact]
    public async Task Handler_DoesNotReturn_TheNextSessionBeginsAllTheSame_AndWhatItMakesAtLastIsClosed()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var local = new DatagramPipe();
        var (client, hub) = await ClientUnderTest.ConnectAsync(new ManualTimeProvider(), services: given => given with
        {
            ConnectHandlers =
            [
                async (request, _) =>
                {
                    if (request.Transport != NexusTransport.Udp) return NexusConnectResult.NoRoute;
                    await gate.Task;
                    return NexusConnectResult.FromDatagrams(local);
                },
            ],
        });
        await using var _ = client;
        await hub.WaitForControlAsync(await OpenAsync(hub), "resume_stream");
        await hub.BreakAsync();
        await using var next = await client.Hub.AcceptSessionAsync(); // no time passes: nothing was waited for
        gate.SetResult();
        await local.Disposed.Task.BoundedAsync();
    }

    [Fact]
    public async Task Hub_EndsTheFlow_TheNextIdHasItsOwnSocket()
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        var first = await OpenAsync(hub);
        await hub.SendDataAsync(first, "first"u8);
        var (_, from) = await _service.ReceiveAsync();
        await hub.DisconnectAsync(first);
        await hub.SendDataAsync(await OpenAsync(hub), "second"u8);
        Assert.NotEqual(from, (await _service.ReceiveAsync()).From);
        await client.Metrics.WaitForSumAsync("nexus.client.active_streams", 1).BoundedAsync();
        Assert.DoesNotContain(hub.Messages, message => message.Event == "disconnect" && message.StreamId == first);
    }

    [Fact]
    public async Task Client_Stops_FlowsEndAtOnce()
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        var id = await OpenAsync(hub);
        await hub.SendDataAsync(id, "hello"u8);
        await _service.ReceiveAsync();
        var stopping = client.Client.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal("shutdown", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
        await hub.CloseAsync(1000);
        await stopping.BoundedAsync();
    }

    private static async Task<Guid> OpenAsync(HubSide hub, int port = 53, int credits = 64)
    {
        var id = Guid.NewGuid();
        await hub.SendControlAsync($$"""{"event":"connect","client_id":"{{id}}","conn_port":{{port}},"client_ip":"203.0.113.10:5353","transport":"udp","hostname":"udp:{{port}}","credits":{{credits}}}""");
        return id;
    }

    private Task<(ClientUnderTest Client, HubSide Hub)> ConnectAsync(Action<NexusBackendOptions>? configure = null) => ClientUnderTest.ConnectAsync(configure: options =>
    {
        options.PortMappings[53] = new() { Default = _service.Target };
        configure?.Invoke(options);
    });
}
