using System.Net.Sockets;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Streams;

public sealed class StreamLifeTests
{
    [Fact]
    [Statement("client 32")]
    public async Task Connect_Accepted_BytesPassBothWaysUnchanged()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();

        byte[] hello = [0x16, 0x03, 0x01, 0x00, 0xff];
        await hub.SendDataAsync(id, hello);
        Assert.Equal(hello, await LocalService.ReceiveAsync(local, hello.Length));
        await LocalService.SendAsync(local, [1, 2, 3]);
        Assert.Equal([1, 2, 3], await hub.WaitForDataAsync(id, 3));
        Assert.True(local.NoDelay || local.Connected);
    }

    [Fact]
    [Statement("client 78", "client 79")]
    public async Task Data_WhileDialing_ReachesTheServiceInOrder()
    {
        var dial = new TaskCompletionSource<NexusConnectResult>();
        await using var pair = new StreamPair();
        var (client, hub) = await ClientUnderTest.ConnectAsync(services: services => services with { ConnectHandlers = [async (_, _) => await dial.Task] });
        await using var _ = client;
        var id = await hub.ConnectAsync();
        Assert.Equal(64, (await hub.WaitForControlAsync(id, "resume_stream")).Credits);

        for (byte i = 0; i < 20; i++) await hub.SendDataAsync(id, [i]);
        dial.SetResult(NexusConnectResult.FromStream(pair.Near));

        var received = new byte[20];
        await pair.Far.ReadExactlyAsync(received, TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Equal([.. Enumerable.Range(0, 20).Select(i => (byte)i)], received);
    }

    [Theory]
    [InlineData(444)]
    [InlineData(0)]
    [InlineData(-1)]
    [Statement("client 27")]
    public async Task Connect_PortWithoutMapping_IsDialFailed(int port)
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync(port);
        Assert.Equal("dial_failed", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
    }

    [Fact]
    [Statement("client 80")]
    public async Task Connect_ServiceRefuses_IsDialFailed()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        client.Service.Dispose();
        var id = await hub.ConnectAsync();
        Assert.Equal("dial_failed", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
    }

    [Fact]
    [Statement("client 80")]
    public async Task Connect_HandlerThrows_IsDialFailedAndTheSessionGoesOn()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(services: services => services with { ConnectHandlers = [(request, _) => request.Port == 99 ? throw new InvalidOperationException("bug") : new(NexusConnectResult.NoRoute)] });
        await using var _ = client;
        var id = await hub.ConnectAsync(port: 99);
        Assert.Equal("dial_failed", (await hub.WaitForControlAsync(id, "disconnect")).Reason);

        await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
    }

    [Fact]
    [Statement("client 31", "client 80")]
    public async Task Connect_HandlerNeverAnswers_IsDialFailedAfter10Seconds()
    {
        var time = new ManualTimeProvider();
        var answer = new TaskCompletionSource<NexusConnectResult>();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time, services: services => services with { ConnectHandlers = [async (_, _) => await answer.Task] });
        await using var _ = client;
        var id = await hub.ConnectAsync();
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        for (var i = 0; i < 10; i++)
        {
            // The session must hear something in the meantime.
            time.Advance(TimeSpan.FromSeconds(1));
            await hub.SendTextAsync("still here");
            await client.Logs.WaitForAsync(record => client.Logs.Records.Count(entry => entry.EventId.Id == 309) > i, TestContext.Current.CancellationToken);
        }

        Assert.Equal("dial_failed", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
        answer.SetResult(NexusConnectResult.NoRoute);
    }

    [Fact]
    public async Task Connect_HandlersInOrder_TheFirstThatAnswersDecides()
    {
        using var second = new LocalService();
        var (client, hub) = await ClientUnderTest.ConnectAsync(services: services => services with
        {
            ConnectHandlers = [(_, _) => new(NexusConnectResult.NoRoute), (_, _) => new(NexusConnectResult.Dial(second.Target)), (_, _) => new(NexusConnectResult.Reject("never asked"))],
        });
        await using var _ = client;
        await hub.ConnectAsync();
        using var local = await second.AcceptAsync();
    }

    [Fact]
    public async Task Connect_Handler_IsToldWhoAsks()
    {
        var asked = new TaskCompletionSource<NexusConnectRequest>();
        var (client, hub) = await ClientUnderTest.ConnectAsync(services: services => services with
        {
            ConnectHandlers = [(request, _) =>
            {
                asked.TrySetResult(request);
                return new(NexusConnectResult.Reject("only looking"));
            }],
        });
        await using var _ = client;
        var id = await hub.ConnectAsync(hostname: "APP.Example.test.");

        var request = await asked.Task.BoundedAsync();
        Assert.Equal(id, request.StreamId);
        Assert.Equal("app.example.test", request.Hostname);
        Assert.Equal("APP.Example.test.", request.OriginalHostname);
        Assert.Equal("203.0.113.10:54321", request.RemoteEndPoint?.ToString());
        Assert.Equal(443, request.Port);
        Assert.True(request.IsTls);
        Assert.Equal("test-backend", request.BackendName);
        Assert.Equal("dial_failed", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
    }

    [Theory]
    [InlineData("[2001:db8::1]:443", "[2001:db8::1]:443")]
    [InlineData("somewhere", null)]
    [InlineData("", null)]
    [Statement("client 30", "client 77")]
    public async Task Connect_ClientAddress_IsParsedOrPassedOnRaw(string text, string? expected)
    {
        var asked = new TaskCompletionSource<NexusConnectRequest>();
        var (client, hub) = await ClientUnderTest.ConnectAsync(services: services => services with
        {
            ConnectHandlers = [(request, _) =>
            {
                asked.TrySetResult(request);
                return new(NexusConnectResult.NoRoute);
            }],
        });
        await using var _ = client;
        await hub.SendControlAsync($$"""{"event":"connect","client_id":"{{Guid.NewGuid()}}","conn_port":443,"client_ip":"{{text}}","hostname":"x"}""");

        var request = await asked.Task.BoundedAsync();
        Assert.Equal(expected, request.RemoteEndPoint?.ToString());
        Assert.Equal(text, request.RawClientAddress);
        Assert.Equal(NexusTransport.Tcp, request.Transport);
    }

    [Fact]
    [Statement("client 81")]
    public async Task ServiceEnds_AllItSent_ThenDisconnectNormal()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        var answer = new byte[100_000];
        Random.Shared.NextBytes(answer);
        await LocalService.SendAsync(local, answer);
        local.Shutdown(SocketShutdown.Send);

        Assert.Equal(answer, await hub.WaitForDataAsync(id, answer.Length));
        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
        Assert.Equal("disconnect", hub.Messages[^1].Event);
    }

    [Fact]
    public async Task ServiceResets_IsLocalError()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await hub.SendDataAsync(id, [1]);
        await LocalService.ReceiveAsync(local, 1);
        local.LingerState = new(true, 0);
        local.Close();
        Assert.Equal("local_error", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
    }

    [Fact]
    [Statement("client 82")]
    public async Task HubEnds_EverythingIsDeliveredBeforeTheServiceSeesTheEnd()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        var upload = new byte[60 * 32 * 1024];
        Random.Shared.NextBytes(upload);
        foreach (var piece in upload.Chunk(32 * 1024)) await hub.SendDataAsync(id, piece);
        await hub.DisconnectAsync(id);

        Assert.Equal(upload, await LocalService.ReceiveAllAsync(local));
        await client.Metrics.WaitForSumAsync("nexus.client.active_streams", 0).BoundedAsync();
        Assert.DoesNotContain(hub.Messages, message => message.Event == "disconnect" && message.StreamId == id);
    }

    [Fact]
    public async Task HubEnds_WhileDialing_WhatWasSentIsStillDelivered()
    {
        var dial = new TaskCompletionSource<NexusConnectResult>();
        await using var pair = new StreamPair();
        var (client, hub) = await ClientUnderTest.ConnectAsync(services: services => services with { ConnectHandlers = [async (request, _) => request.Port == 443 ? await dial.Task : NexusConnectResult.NoRoute] });
        await using var _ = client;
        var id = await hub.ConnectAsync();
        await hub.SendDataAsync(id, "a log line"u8);
        await hub.DisconnectAsync(id);
        await hub.RoundTripAsync();
        dial.SetResult(NexusConnectResult.FromStream(pair.Near));

        var received = new byte[10];
        await pair.Far.ReadExactlyAsync(received, TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Equal("a log line"u8.ToArray(), received);
    }

    [Fact]
    [Statement("client 84")]
    public async Task Data_ForUnknownStream_IsAnsweredOncePerSecond()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(new ManualTimeProvider());
        await using var _ = client;
        var id = Guid.NewGuid();
        for (var i = 0; i < 5; i++) await hub.SendDataAsync(id, [1]);
        await hub.RoundTripAsync();
        Assert.Equal("unknown", Assert.Single(hub.Messages, message => message.Event == "disconnect" && message.StreamId == id).Reason);
    }

    [Fact]
    [Statement("client 86")]
    public async Task Connect_RepeatedId_ClosesTheEarlierStream()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var first = await client.Service.AcceptAsync();
        await hub.SendDataAsync(id, [1]);
        await LocalService.ReceiveAsync(first, 1);
        await hub.ConnectAsync(id: id);
        using var second = await client.Service.AcceptAsync();

        await Assert.ThrowsAsync<SocketException>(() => LocalService.ReceiveAllAsync(first));
        await hub.SendDataAsync(id, [7]);
        Assert.Equal([7], await LocalService.ReceiveAsync(second, 1));
        Assert.DoesNotContain(hub.Messages, message => message.Event == "disconnect" && message.StreamId == id);
    }

    [Fact]
    [Statement("client 52", "client 53", "client 85")]
    public async Task SessionLost_StreamsEndAndNothingOfThemReachesTheNextSession()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(new ManualTimeProvider());
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await hub.SendDataAsync(id, [1]);
        await LocalService.ReceiveAsync(local, 1);
        await hub.BreakAsync();

        await Assert.ThrowsAsync<SocketException>(() => LocalService.ReceiveAllAsync(local));
        var next = await client.Hub.AcceptSessionAsync();
        await next.RoundTripAsync();
        Assert.DoesNotContain(next.Messages, message => message.StreamId == id);
    }
}
