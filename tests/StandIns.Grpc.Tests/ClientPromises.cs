using System.Globalization;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Nexus.Testing;
using StandIns.Grpc.Tests.Echo;

namespace StandIns.Grpc.Tests;

/// <summary>What our client promises, whoever serves.</summary>
public abstract class ClientPromises
{
    private const int Mebibyte = 1 << 20;

    protected abstract Task<IEchoPeer> StartPeerAsync();

    [Fact]
    public async Task Unary_Request_ComesBack()
    {
        await using var peer = await StartPeerAsync();
        using var client = new EchoClient(peer.Address);
        using var call = client.Unary("hello");

        Assert.Equal("hello", Encoding.UTF8.GetString(await call.ResponseAsync.BoundedAsync()));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task ClientStreaming_Messages_AreCollected()
    {
        await using var peer = await StartPeerAsync();
        using var client = new EchoClient(peer.Address);
        using var call = client.Collect();
        for (var i = 0; i < 5; i++) await call.RequestStream.SendAsync(new byte[10]).BoundedAsync();
        await call.RequestStream.CompleteAsync().BoundedAsync();

        Assert.Equal("5 50", Encoding.UTF8.GetString(await call.ResponseAsync.BoundedAsync()));
    }

    [Fact]
    public async Task ServerStreaming_Messages_AllArrive()
    {
        await using var peer = await StartPeerAsync();
        using var client = new EchoClient(peer.Address);
        using var call = client.Produce("7 11");
        var sizes = new List<int>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None).BoundedAsync()) sizes.Add(call.ResponseStream.Current.Length);

        Assert.Equal(Enumerable.Repeat(11, 7), sizes);
    }

    [Fact]
    public async Task Duplex_PingPongThenHalfClose_EndsOk()
    {
        await using var peer = await StartPeerAsync();
        using var client = new EchoClient(peer.Address);
        using var call = client.Exchange();
        foreach (var text in new[] { "a", "", "c" })
        {
            await call.RequestStream.SendAsync(Encoding.UTF8.GetBytes(text)).BoundedAsync();
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).BoundedAsync());
            Assert.Equal(text, Encoding.UTF8.GetString(call.ResponseStream.Current));
        }

        await call.RequestStream.CompleteAsync().BoundedAsync();
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None).BoundedAsync());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Error_DetailAndTrailers_AreDecoded()
    {
        await using var peer = await StartPeerAsync();
        using var client = new EchoClient(peer.Address);

        var failure = await Assert.ThrowsAsync<RpcException>(() => client.Unary("fail").ResponseAsync.BoundedAsync());

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        Assert.Equal(EchoMethods.NonAsciiDetail, failure.Status.Detail);
        Assert.Equal("because", failure.Trailers.GetValue("x-why"));
        Assert.Equal([0, 1, 255], failure.Trailers.GetValueBytes("x-why-bin"));
    }

    [Fact]
    public async Task Error_AfterMessages_MessagesArriveFirst()
    {
        await using var peer = await StartPeerAsync();
        using var client = new EchoClient(peer.Address);
        using var call = client.Produce("3 10 fail");
        for (var i = 0; i < 3; i++) Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).BoundedAsync());

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None).BoundedAsync());
        Assert.Equal(StatusCode.DataLoss, failure.StatusCode);
        Assert.Equal("after messages", failure.Status.Detail);
    }

    [Fact]
    public async Task Method_Unknown_IsUnimplemented()
    {
        await using var peer = await StartPeerAsync();
        using var client = new EchoClient(peer.Address);

        var failure = await Assert.ThrowsAsync<RpcException>(() => client.Missing().ResponseAsync.BoundedAsync());
        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
    }

    [Fact]
    public async Task Metadata_HeadersAndTrailers_BothWays()
    {
        await using var peer = await StartPeerAsync();
        using var client = new EchoClient(peer.Address);
        var headers = new Metadata { { "x-text", "one" }, { "x-data-bin", [0, 254, 255] } };
        using var call = client.Unary("metadata", new CallOptions(headers));
        await call.ResponseAsync.BoundedAsync();

        var received = await call.ResponseHeadersAsync.BoundedAsync();
        Assert.Equal("one", received.GetValue("x-text"));
        Assert.Equal([0, 254, 255], received.GetValueBytes("x-data-bin"));
        Assert.Equal("at the end", call.GetTrailers().GetValue("x-trailer"));
    }

    [Fact]
    public async Task Deadline_Passes_BothSidesNotice()
    {
        await using var peer = await StartPeerAsync();
        using var client = new EchoClient(peer.Address);
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(400);
        using var call = client.Unary("wait", new CallOptions(deadline: deadline));

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.BoundedAsync());
        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        await peer.CancelledAsync().BoundedAsync();
    }

    [Fact]
    public async Task Deadline_InThePast_NothingIsSent()
    {
        using var client = new EchoClient("http://127.0.0.1:1");
        using var call = client.Unary("hello", new CallOptions(deadline: DateTime.UnixEpoch));

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.BoundedAsync());
        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Fact]
    public async Task Cancellation_OfAUnaryCall_IsSeenByTheServer()
    {
        await using var peer = await StartPeerAsync();
        using var client = new EchoClient(peer.Address);
        using var cancellation = new CancellationTokenSource();
        using var call = client.Unary("wait", new CallOptions(cancellationToken: cancellation.Token));
        await peer.StartedAsync().BoundedAsync();

        await cancellation.CancelAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.BoundedAsync());
        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
        await peer.CancelledAsync().BoundedAsync();
    }

    [Fact]
    public async Task Dispose_OfAnOpenStream_IsSeenByTheServer()
    {
        await using var peer = await StartPeerAsync();
        using var client = new EchoClient(peer.Address);
        var call = client.Exchange();
        await call.RequestStream.SendAsync("wait"u8.ToArray()).BoundedAsync();
        await call.ResponseStream.MoveNext(CancellationToken.None).BoundedAsync();

        call.Dispose();

        await peer.CancelledAsync().BoundedAsync();
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None).BoundedAsync());
    }

    [Theory]
    [InlineData(1 * Mebibyte)]
    [InlineData(3 * Mebibyte)]
    [InlineData(4 * Mebibyte)]
    public async Task Message_Large_ComesBack(int size)
    {
        await using var peer = await StartPeerAsync();
        using var client = new EchoClient(peer.Address);
        var request = new byte[size];
        Random.Shared.NextBytes(request);
        using var call = client.Unary(request);

        var response = await call.ResponseAsync.BoundedAsync();
        Assert.True(request.AsSpan().SequenceEqual(response));
    }

    [Fact]
    public async Task Message_OverTheServersLimit_IsResourceExhausted()
    {
        await using var peer = await StartPeerAsync();
        using var client = new EchoClient(peer.Address);

        var failure = await Assert.ThrowsAsync<RpcException>(() => client.Unary(new byte[(4 * Mebibyte) + 1]).ResponseAsync.BoundedAsync());
        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
    }

    [Fact]
    public async Task Message_OverTheClientsLimit_IsResourceExhausted()
    {
        await using var peer = await StartPeerAsync();
        using var client = new EchoClient(peer.Address, new GrpcChannelOptions { MaxReceiveMessageSize = 1000 });
        using var call = client.Produce("1 1001");

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None).BoundedAsync());
        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
    }

    [Fact]
    public async Task Duplex_ManySmallMessages_ArriveInOrder()
    {
        const int Count = 20_000; // several windows of flow control; grpcio is slow
        await using var peer = await StartPeerAsync();
        using var client = new EchoClient(peer.Address);
        using var call = client.Exchange();
        var writing = WriteNumbersAsync(call.RequestStream, Count);
        var reading = ReadNumbersAsync(call.ResponseStream);

        Assert.Equal(Count, await reading.WaitAsync(TestTimeouts.Long, TestContext.Current.CancellationToken));
        await writing.WaitAsync(TestTimeouts.Long, TestContext.Current.CancellationToken);
    }

    private static async Task<int> ReadNumbersAsync(IAsyncStreamReader<byte[]> responses)
    {
        var count = 0;
        for (; await responses.MoveNext(CancellationToken.None); count++)
            Assert.Equal(count, int.Parse(responses.Current, CultureInfo.InvariantCulture));
        return count;
    }

    private static async Task WriteNumbersAsync(IClientStreamWriter<byte[]> requests, int count)
    {
        for (var i = 0; i < count; i++) await requests.SendAsync(Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture)));
        await requests.CompleteAsync();
    }
}
