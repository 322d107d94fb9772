using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers;

public sealed class GrpcCarrierTests : IDisposable
{
    private readonly GrpcCarrier _carrier = new(new GrpcCarrierOptions(), TimeProvider.System);

    public void Dispose() => _carrier.Dispose();

    [Fact]
    public async Task Open_Accepted_TargetKnowsAllAndGetsThePreludeFirst()
    {
        var opened = new TaskCompletionSource<OpenStream?>();
        await using var host = await RelayHost.StartAsync(async (open, channel, _) =>
        {
            opened.SetResult(open);
            await channel.AcceptAsync();
            await channel.EchoAsync();
            channel.End("completed");
        });
        var open = Opens.Some with { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", TraceState = "a=b" };
        var result = await _carrier.OpenAsync(host.Address, open, "hello "u8.ToArray(), CancellationToken.None).BoundedAsync();

        await using var channel = Accepted(result);
        await channel.WriteTextAsync("world");
        Assert.Equal("hello world", await channel.ReadTextAsync(11));
        Assert.Equal(open, await opened.Task.BoundedAsync());
    }

    [Theory]
    [InlineData(StatusCode.NotFound, OpenRefusal.NotFound)]
    [InlineData(StatusCode.ResourceExhausted, OpenRefusal.ResourceExhausted)]
    [InlineData(StatusCode.Unavailable, OpenRefusal.Unavailable)]
    [InlineData(StatusCode.InvalidArgument, OpenRefusal.Rejected)]
    [InlineData(StatusCode.OK, OpenRefusal.Rejected)]
    public async Task Open_Refused_SaysWhy(StatusCode status, OpenRefusal expected)
    {
        await using var host = await RelayHost.StartAsync((_, _, context) =>
        {
            RelayServerChannel.Refuse(context, status, "some_reason");
            return Task.CompletedTask;
        });
        var result = await _carrier.OpenAsync(host.Address, Opens.Some, new byte[100_000], CancellationToken.None).BoundedAsync();

        Assert.False(result.IsAccepted);
        Assert.Equal(expected, result.Refusal);
    }

    [Fact]
    public async Task Open_TargetWithoutTheService_IsRejected()
    {
        await using var host = await RelayHost.StartAsync((_, _, _) => Task.CompletedTask, hasService: false);
        var result = await _carrier.OpenAsync(host.Address, Opens.Some, default, CancellationToken.None).BoundedAsync();

        Assert.Equal(OpenRefusal.Rejected, result.Refusal);
    }

    [Fact]
    public async Task Open_NobodyThere_IsUnreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://{listener.LocalEndpoint}";
        listener.Stop();
        var result = await _carrier.OpenAsync(address, Opens.Some, default, CancellationToken.None).BoundedAsync();

        Assert.Equal(OpenRefusal.Unreachable, result.Refusal);
    }

    [Fact]
    public async Task Open_NoAnswerInTime_IsTimeoutAndTheTargetIsTold()
    {
        var time = new ManualTimeProvider();
        var (asked, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var host = await RelayHost.StartAsync(async (_, _, context) =>
        {
            asked.SetResult();
            await using (context.CancellationToken.Register(cancelled.SetResult)) await cancelled.Task;
        });
        var options = new GrpcCarrierOptions();
        using var carrier = new GrpcCarrier(options, time);
        var opening = carrier.OpenAsync(host.Address, Opens.Some, default, CancellationToken.None).AsTask();
        await asked.Task.BoundedAsync();

        time.Advance(options.OpenTimeout);

        Assert.Equal(OpenRefusal.Timeout, (await opening.BoundedAsync()).Refusal);
        await cancelled.Task.BoundedAsync();
    }

    [Fact]
    public async Task Open_WhatIsNoHello_ArrivesAfterTheAcceptance()
    {
        await using var host = await RelayHost.StartAsync(async (_, channel, _) =>
        {
            await channel.AcceptAsync();
            await channel.EchoAsync();
            channel.End("completed");
        });
        var prelude = new byte[80_000];
        Random.Shared.NextBytes(prelude);
        var result = await _carrier.OpenAsync(host.Address, Opens.Some with { IsTls = false }, prelude, CancellationToken.None).BoundedAsync();

        await using var channel = Accepted(result);
        await channel.CompleteWritesAsync(CancellationToken.None);
        Assert.Equal(prelude, await channel.ReadBytesAsync(prelude.Length));
    }

    [Theory]
    [InlineData("ftp://192.0.2.1:21")]
    [InlineData("192.0.2.1:5011")]
    [InlineData("")]
    public async Task Open_AddressThatIsNone_IsRejected(string address)
    {
        var result = await _carrier.OpenAsync(address, Opens.Some, default, CancellationToken.None).BoundedAsync();

        Assert.Equal(OpenRefusal.Rejected, result.Refusal);
    }

    [Fact]
    public async Task Open_CallerGivesUp_Throws()
    {
        var asked = new TaskCompletionSource();
        await using var host = await RelayHost.StartAsync(async (_, channel, _) =>
        {
            asked.SetResult();
            await channel.ReadToEndAsync();
        });
        using var caller = new CancellationTokenSource();
        var opening = _carrier.OpenAsync(host.Address, Opens.Some, default, caller.Token).AsTask();
        await asked.Task.BoundedAsync();

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.BoundedAsync());
    }

    [Fact]
    public async Task Open_InvalidRequest_HasNoOpenStream()
    {
        var opened = new TaskCompletionSource<OpenStream?>();
        await using var host = await RelayHost.StartAsync((open, _, context) =>
        {
            opened.SetResult(open);
            RelayServerChannel.Refuse(context, StatusCode.InvalidArgument, "invalid_open");
            return Task.CompletedTask;
        });
        await _carrier.OpenAsync(host.Address, Opens.Some with { ClaimedPort = 53 }, default, CancellationToken.None).BoundedAsync();

        Assert.Null(await opened.Task.BoundedAsync());
    }

    [Fact]
    public async Task ClientHalfClose_AnswerStillArrives()
    {
        await using var host = await RelayHost.StartAsync(async (_, channel, _) =>
        {
            await channel.AcceptAsync();
            var end = await channel.ReadToEndAsync();
            await channel.WriteTextAsync($"after {end}");
            await channel.CompleteWritesAsync(CancellationToken.None);
            channel.End("backend_closed");
        });
        await using var channel = await OpenAsync(host);
        await channel.WriteTextAsync("request");
        await channel.CompleteWritesAsync(CancellationToken.None).BoundedAsync();

        Assert.Equal("after End", await channel.ReadTextAsync("after End".Length));
        Assert.Equal(ChannelReadStatus.End, await channel.ReadToEndAsync());
        Assert.Equal(ChannelReadStatus.End, await Assert.IsType<RelayClientChannel>(channel).WhenOverAsync().BoundedAsync());
        Assert.Equal("backend_closed", Assert.IsType<RelayClientChannel>(channel).EndReason);
    }

    [Fact]
    [Statement("seen 3", "case 2")]
    public async Task ServerHalfClose_TheCallersBytesGoOn_UntilTheCallEnds()
    {
        var serverRead = new TaskCompletionSource<(string, ChannelReadStatus)>();
        await using var host = await RelayHost.StartAsync(async (_, channel, _) =>
        {
            await channel.AcceptAsync();
            await channel.WriteTextAsync("answer");
            await channel.CompleteWritesAsync(CancellationToken.None);
            serverRead.SetResult((await channel.ReadTextAsync(7), await channel.ReadToEndAsync()));
            channel.End("backend_closed");
        });
        await using var channel = await OpenAsync(host);

        Assert.Equal("answer", await channel.ReadTextAsync(6));
        Assert.Equal(ChannelReadStatus.End, await channel.ReadToEndAsync());
        var relay = Assert.IsType<RelayClientChannel>(channel);
        Assert.Null(relay.EndReason);
        await channel.WriteTextAsync("and you");
        await channel.CompleteWritesAsync(CancellationToken.None).BoundedAsync();

        Assert.Equal(("and you", ChannelReadStatus.End), await serverRead.Task.BoundedAsync());
        Assert.Equal(ChannelReadStatus.End, await relay.WhenOverAsync().BoundedAsync());
        Assert.Equal("backend_closed", relay.EndReason);
    }

    [Fact]
    public async Task ServerHalfClose_ThenTheEndOfTheCall_TakesNoMoreAndItIsNoError()
    {
        await using var host = await RelayHost.StartAsync(async (_, channel, _) =>
        {
            await channel.AcceptAsync();
            await channel.CompleteWritesAsync(CancellationToken.None);
            channel.End("backend_closed");
        });
        await using var channel = await OpenAsync(host);

        Assert.Equal(ChannelReadStatus.End, await channel.ReadToEndAsync());
        Assert.Equal(ChannelReadStatus.End, await Assert.IsType<RelayClientChannel>(channel).WhenOverAsync().BoundedAsync());
        await channel.WriteTextAsync("nobody is there, and it is no error");
        await channel.CompleteWritesAsync(CancellationToken.None).BoundedAsync();
    }

    [Fact]
    public async Task ServerHalfClose_ThenAReset_IsToldToTheOneWhoWrites()
    {
        await using var host = await RelayHost.StartAsync(async (_, channel, _) =>
        {
            await channel.AcceptAsync();
            await channel.CompleteWritesAsync(CancellationToken.None);
            await channel.ReadTextAsync(1);
            channel.Abort();
            channel.End("session_lost");
        });
        await using var channel = await OpenAsync(host);
        Assert.Equal(ChannelReadStatus.End, await channel.ReadToEndAsync());

        await channel.WriteTextAsync("x");

        Assert.Equal(ChannelReadStatus.Reset, await Assert.IsType<RelayClientChannel>(channel).WhenOverAsync().BoundedAsync());
        await Assert.ThrowsAsync<IOException>(() => channel.WriteTextAsync("x"));
    }

    [Fact]
    public async Task ClientAbort_IsAResetForTheServer()
    {
        var serverRead = new TaskCompletionSource<ChannelReadStatus>();
        await using var host = await RelayHost.StartAsync(async (_, channel, _) =>
        {
            await channel.AcceptAsync();
            serverRead.SetResult(await channel.ReadToEndAsync());
            channel.End("user_reset");
        });
        await using var channel = await OpenAsync(host);

        channel.Abort();

        Assert.Equal(ChannelReadStatus.Reset, await serverRead.Task.BoundedAsync());
        Assert.Equal(ChannelReadStatus.Reset, await channel.ReadToEndAsync());
        await Assert.ThrowsAsync<IOException>(() => channel.WriteTextAsync("x"));
    }

    [Fact]
    public async Task ServerAbort_IsAResetForTheClient_WithItsReason()
    {
        await using var host = await RelayHost.StartAsync(async (_, channel, _) =>
        {
            await channel.AcceptAsync();
            await channel.WriteTextAsync("part");
            channel.Abort();
            channel.End("session_lost");
        });
        await using var channel = await OpenAsync(host);

        Assert.Equal(ChannelReadStatus.Reset, await channel.ReadToEndAsync());
        Assert.Equal("session_lost", Assert.IsType<RelayClientChannel>(channel).EndReason);
        await Assert.ThrowsAsync<IOException>(() => channel.WriteTextAsync("x"));
    }

    private static IByteChannel Accepted(OpenStreamResult result)
    {
        Assert.True(result.IsAccepted, $"{result.Refusal}: {result.Detail}");
        return result.Channel;
    }

    private async Task<IByteChannel> OpenAsync(RelayHost host) =>
        Accepted(await _carrier.OpenAsync(host.Address, Opens.Some, default, CancellationToken.None).BoundedAsync());
}
