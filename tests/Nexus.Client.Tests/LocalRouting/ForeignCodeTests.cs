using System.Threading.Channels;
using Nexus.Client.Tests.Scripted;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Client.Tests.LocalRouting;

/// <summary>What a connect handler hands out is foreign code: whatever it throws ends its own user and nothing else.</summary>
public sealed class ForeignCodeTests
{
    private const int ForeignPort = 8443;

    [Theory]
    [InlineData("read")]
    [InlineData("read too much")]
    [InlineData("wait")]
    [InlineData("try write")]
    [InlineData("try write too much")]
    [InlineData("write")]
    [InlineData("complete")]
    [InlineData("abort")]
    [InlineData("dispose")]
    public async Task Channel_Throws_ItsUserEnds_TheOthersGoOn(string where)
    {
        var channel = new ThrowingChannel(where);
        var (client, hub) = await ConnectAsync(() => NexusConnectResult.FromChannel(channel));
        await using var _ = client;
        var other = await hub.ConnectAsync();
        using var service = await client.Service.AcceptAsync();

        var id = await hub.ConnectAsync(port: ForeignPort, extra: ""","half_close":true""");
        await channel.Opened.BoundedAsync();
        await hub.SendDataAsync(id, "hello"u8);
        if (where is "complete") await hub.SendControlAsync($$"""{"event":"half_close","client_id":"{{id}}"}""");
        if (where is "dispose" or "complete" or "write") await hub.DisconnectAsync(id);
        else await hub.WaitForControlAsync(id, "disconnect");
        await client.Logs.WaitForEventAsync(206);
        await client.Metrics.WaitForSumAsync("nexus.client.active_streams", 1).BoundedAsync();

        await service.SendAsync("still here"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("still here"u8.ToArray(), await hub.WaitForDataAsync(other, 10));
        Assert.Equal(1, client.Client.GetStatistics().SessionsOpened);
    }

    [Theory]
    [InlineData("send")]
    [InlineData("read")]
    [InlineData("dispose")]
    public async Task Datagrams_Throw_TheFlowEnds_TheOthersGoOn(string where)
    {
        var (client, hub) = await ConnectAsync(() => NexusConnectResult.FromDatagrams(new ThrowingDatagrams(where)));
        await using var _ = client;
        var other = await hub.ConnectAsync();
        using var service = await client.Service.AcceptAsync();

        var id = Guid.NewGuid();
        await hub.SendControlAsync($$"""{"event":"connect","client_id":"{{id}}","conn_port":{{ForeignPort}},"client_ip":"203.0.113.10:5353","transport":"udp","hostname":"udp:{{ForeignPort}}","credits":64}""");
        await hub.SendDataAsync(id, "hello"u8);
        if (where is "dispose") await hub.DisconnectAsync(id);
        else await hub.WaitForControlAsync(id, "disconnect");
        await client.Logs.WaitForEventAsync(206);
        await client.Metrics.WaitForSumAsync("nexus.client.active_streams", 1).BoundedAsync();

        await service.SendAsync("still here"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("still here"u8.ToArray(), await hub.WaitForDataAsync(other, 10));
        Assert.Equal(1, client.Client.GetStatistics().SessionsOpened);
    }

    [Fact]
    public async Task Handler_ReturnsAfterTheSessionHasEnded_WhatItMadeIsClosed()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var late = new ThrowingChannel("nowhere");
        var (client, hub) = await ClientUnderTest.ConnectAsync(services: services => services with
        {
            ConnectHandlers =
            [
                async (_, _) =>
                {
                    await gate.Task; // it does not mind its token
                    return NexusConnectResult.FromChannel(late);
                },
            ],
        });
        await using var _ = client;
        await hub.WaitForControlAsync(await hub.ConnectAsync(), "resume_stream");
        await hub.BreakAsync();
        await client.Metrics.WaitForSumAsync("nexus.client.active_streams", 0).BoundedAsync();
        gate.SetResult();
        await late.Ended.BoundedAsync();
    }

    private static Task<(ClientUnderTest Client, HubSide Hub)> ConnectAsync(Func<NexusConnectResult> create) => ClientUnderTest.ConnectAsync(
        services: services => services with { ConnectHandlers = [(request, _) => new(request.Port == ForeignPort ? create() : NexusConnectResult.NoRoute)] });

    private sealed class ThrowingChannel(string where) : IByteChannel
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when the stream has it.</summary>
        public Task Opened => _opened.Task;

        /// <summary>Completes when it is closed.</summary>
        public Task Ended => _ended.Task;

        public ValueTask WaitToReadAsync(CancellationToken cancellationToken)
        {
            _opened.TrySetResult();
            ThrowIf("wait");
            return where is "read" or "read too much" or "abort" ? ValueTask.CompletedTask : new(_ended.Task.WaitAsync(cancellationToken));
        }

        public ChannelRead TryRead(Span<byte> buffer)
        {
            ThrowIf("read");
            return where == "read too much" ? ChannelRead.Data(buffer.Length + 1) : ChannelRead.Reset;
        }

        public int TryWrite(ReadOnlySpan<byte> bytes)
        {
            ThrowIf("try write");
            return where switch { "try write too much" => -1, "write" => 0, _ => bytes.Length };
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            ThrowIf("write");
            return ValueTask.CompletedTask;
        }

        public ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
        {
            ThrowIf("complete");
            return ValueTask.CompletedTask;
        }

        public void Abort()
        {
            _ended.TrySetResult();
            ThrowIf("abort");
        }

        public ValueTask DisposeAsync()
        {
            _ended.TrySetResult();
            ThrowIf("dispose");
            return ValueTask.CompletedTask;
        }

        private void ThrowIf(string here)
        {
            if (where == here) throw new FormatException("Thrown on purpose.");
        }
    }

    private sealed class ThrowingDatagrams : INexusDatagramChannel
    {
        private readonly Channel<ReadOnlyMemory<byte>> _toUser = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
        private readonly string _where;

        public ThrowingDatagrams(string where)
        {
            _where = where;
            if (where == "read") _toUser.Writer.Complete(new FormatException("Thrown on purpose."));
        }

        public ChannelReader<ReadOnlyMemory<byte>> Reader => _toUser.Reader;

        public bool TrySend(ReadOnlySpan<byte> datagram) => _where == "send" ? throw new FormatException("Thrown on purpose.") : true;

        public ValueTask DisposeAsync() => _where == "dispose" ? throw new FormatException("Thrown on purpose.") : ValueTask.CompletedTask;
    }
}
