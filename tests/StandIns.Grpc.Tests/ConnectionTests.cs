using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Grpc.Core;
using Grpc.Core.Wire;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Nexus.Testing;
using StandIns.Grpc.Tests.Echo;

namespace StandIns.Grpc.Tests;

/// <summary>What goes wrong between HTTP/2 and gRPC.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task IdleStream_BesideBusyOnes_LivesLongerThanKestrelsDataRateGrace()
    {
        // The shortest grace that Kestrel's one-second heartbeat allows, and a rate that nobody reaches.
        var grace = TimeSpan.FromSeconds(1.1);
        await using var server = await EchoServer.StartAsync(kestrel =>
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1e9, grace));
        using var client = new EchoClient(server.Address);
        var connection = await client.Unary("connection").ResponseAsync.BoundedAsync();
        using var idle = client.Exchange();
        await idle.RequestStream.SendAsync([1]).BoundedAsync();
        Assert.True(await idle.ResponseStream.MoveNext(CancellationToken.None).BoundedAsync());

        using var busy = client.Exchange();
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < grace * 3)
        {
            await busy.RequestStream.SendAsync(new byte[10_000]).BoundedAsync();
            Assert.True(await busy.ResponseStream.MoveNext(CancellationToken.None).BoundedAsync());
        }

        await idle.RequestStream.SendAsync([2]).BoundedAsync();
        Assert.True(await idle.ResponseStream.MoveNext(CancellationToken.None).BoundedAsync());
        Assert.Equal(connection, await client.Unary("connection").ResponseAsync.BoundedAsync());
    }

    [Fact]
    public async Task RequestBody_LongerThanKestrelsLimit_IsTaken()
    {
        await using var server = await EchoServer.StartAsync(kestrel => kestrel.Limits.MaxRequestBodySize = 1000);
        using var client = new EchoClient(server.Address);
        using var call = client.Collect();
        for (var i = 0; i < 20; i++) await call.RequestStream.SendAsync(new byte[1000]).BoundedAsync();
        await call.RequestStream.CompleteAsync();

        Assert.Equal("20 20000", Encoding.UTF8.GetString(await call.ResponseAsync.BoundedAsync()));
    }

    [Fact]
    public async Task UnixSocket_ByConnectCallback_Works()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "echo.sock");
        await using var server = await EchoServer.StartAsync(unixSocket: path);
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, cancellationToken) => ConnectAsync(path, cancellationToken) };
        using var client = new EchoClient("http://localhost", new GrpcChannelOptions { HttpHandler = handler });

        Assert.StartsWith("unix:", Encoding.UTF8.GetString(await client.Unary("peer").ResponseAsync.BoundedAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Peer_OfATcpCall_IsItsAddress()
    {
        await using var server = await EchoServer.StartAsync();
        using var client = new EchoClient(server.Address);

        Assert.StartsWith("ipv4:127.0.0.1:", Encoding.UTF8.GetString(await client.Unary("peer").ResponseAsync.BoundedAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_NotThere_IsUnavailable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var client = new EchoClient($"http://127.0.0.1:{port}");

        var failure = await Assert.ThrowsAsync<RpcException>(() => client.Unary("hello").ResponseAsync.BoundedAsync());
        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.NotNull(failure.Status.DebugException);
    }

    [Fact]
    public async Task Server_Vanishes_EndsOpenCalls()
    {
        var server = await EchoServer.StartAsync();
        using var client = new EchoClient(server.Address);
        using var call = client.Exchange();
        await call.RequestStream.SendAsync([1]).BoundedAsync();
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).BoundedAsync());

        await server.DisposeAsync().BoundedAsync();

        await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None).BoundedAsync());
    }

    [Theory]
    [InlineData("400", StatusCode.Internal)]
    [InlineData("401", StatusCode.Unauthenticated)]
    [InlineData("403", StatusCode.PermissionDenied)]
    [InlineData("404", StatusCode.Unimplemented)]
    [InlineData("429", StatusCode.Unavailable)]
    [InlineData("500", StatusCode.Unknown)]
    [InlineData("502", StatusCode.Unavailable)]
    [InlineData("503", StatusCode.Unavailable)]
    [InlineData("504", StatusCode.Unavailable)]
    [InlineData("text", StatusCode.Unknown)]
    public async Task Answer_NotFromGrpc_IsMapped(string path, StatusCode expected)
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = GrpcChannel.ForAddress(server.Address);
        var method = new Method<string, string>(MethodType.Unary, "test.Http", path, Marshallers.StringMarshaller, Marshallers.StringMarshaller);
        using var call = channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, "");

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.BoundedAsync());
        Assert.Equal(expected, failure.StatusCode);
    }

    [Fact]
    public async Task Server_DeadlineOnlyInTheHeader_EndsTheCallItself()
    {
        await using var server = await EchoServer.StartAsync();
        using var response = await PostAsync(server, "wait"u8, ("grpc-timeout", "100m"));

        Assert.Equal("4", response.Headers.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task Server_CompressedFlag_IsUnimplemented()
    {
        await using var server = await EchoServer.StartAsync();
        using var response = await PostAsync(server, "hello"u8, flag: 1);

        Assert.Equal("12", response.Headers.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task Server_OtherContentType_IsRefused()
    {
        await using var server = await EchoServer.StartAsync();
        using var response = await PostAsync(server, "hello"u8, contentType: "application/json");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    private static Task<HttpResponseMessage> PostAsync(
        EchoServer server, ReadOnlySpan<byte> message, (string Name, string Value)? header = null, byte flag = 0, string contentType = "application/grpc")
    {
        var body = new byte[MessageFrame.HeaderSize + message.Length];
        MessageFrame.WriteHeader(body, message.Length);
        body[0] = flag;
        message.CopyTo(body.AsSpan(MessageFrame.HeaderSize));
        return PostBodyAsync(server, body, header, contentType);
    }

    private static async Task<HttpResponseMessage> PostBodyAsync(EchoServer server, byte[] body, (string Name, string Value)? header, string contentType)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{server.Address}/test.Echo/Unary")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } },
        };
        if (header is var (name, value)) request.Headers.Add(name, value);
        return await http.SendAsync(request, TestContext.Current.CancellationToken).BoundedAsync();
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
