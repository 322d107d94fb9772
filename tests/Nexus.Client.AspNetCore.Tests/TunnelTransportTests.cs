using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Testing;

namespace Nexus.Client.AspNetCore.Tests;

/// <summary>An ASP.NET Core application without a port.</summary>
public sealed class TunnelTransportTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Http1_IsServed_WithTheUsersAddress()
    {
        await using var server = new TunnelledServer(app => app.MapGet("/", (HttpContext context) => $"{context.Connection.RemoteIpAddress}:{context.Connection.RemotePort}"));
        await server.StartAsync();
        using var user = server.CreateUser(isTls: false);

        Assert.Equal(TunnelledServer.User.ToString(), await user.GetStringAsync(new Uri("/", UriKind.Relative), Cancellation));
    }

    [Fact]
    public async Task Http2_IsNegotiatedOverTls()
    {
        await using var server = new TunnelledServer(app => app.MapGet("/", (HttpContext context) => $"{context.Request.Protocol} {context.Request.IsHttps}"));
        await server.StartAsync();
        using var user = server.CreateUser(isTls: true);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var answer = await user.SendAsync(request, Cancellation);

        Assert.Equal("HTTP/2 True", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task WebSocket_Echoes()
    {
        await using var server = new TunnelledServer(app => { app.UseWebSockets(); app.Map("/echo", EchoAsync); });
        await server.StartAsync();
        using var user = server.CreateUser(isTls: false);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri("ws://app.test/echo"), user, Cancellation).BoundedAsync();

        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Cancellation);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), Cancellation).BoundedAsync();

        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
    }

    [Fact]
    public async Task Feature_TellsWhatTheHubSaid()
    {
        await using var server = new TunnelledServer(app => app.MapGet("/", (HttpContext context) => Describe(context.Features.Get<INexusConnectionFeature>())));
        await server.StartAsync();
        using var user = server.CreateUser(isTls: false);

        Assert.Equal("web app.test 80 False", await user.GetStringAsync(new Uri("/", UriKind.Relative), Cancellation));
    }

    [Fact]
    public async Task Upload_IsHeldBackByAnApplicationThatDoesNotRead()
    {
        var go = new TaskCompletionSource();
        await using var server = new TunnelledServer(app => app.MapPost("/", async (HttpContext context) =>
        {
            await go.Task;
            var count = 0L;
            var buffer = new byte[65_536];
            for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;) count += read;
            return count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }));
        await server.StartAsync();
        await using var user = server.Connect(80, isTls: false);
        const int size = 4 << 20;
        await user.WriteAsync(Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: {size}\r\n\r\n"), Cancellation).AsTask().BoundedAsync();

        var sending = user.WriteAsync(new byte[size], Cancellation).AsTask();
        Assert.False(sending.IsCompleted);
        go.SetResult();
        await sending.BoundedAsync();

        using var reader = new StreamReader(user);
        while (await reader.ReadLineAsync(Cancellation).AsTask().BoundedAsync() != size.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            // The head, and the length of the chunk.
        }
    }

    [Fact]
    public async Task UserThatLeaves_EndsTheRequest()
    {
        var (started, aborted) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = new TunnelledServer(app => app.MapGet("/", async (HttpContext context) =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            started.SetResult();
            await aborted.Task;
        }));
        await server.StartAsync();
        var user = server.Connect(80, isTls: false);
        await user.WriteAsync("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n"u8.ToArray(), Cancellation);
        await started.Task.BoundedAsync();

        await user.DisposeAsync();

        await aborted.Task.BoundedAsync();
    }

    [Fact]
    public async Task ApplicationThatAborts_ResetsTheUser()
    {
        await using var server = new TunnelledServer(app => app.MapGet("/", (HttpContext context) => context.Abort()));
        await server.StartAsync();
        await using var user = server.Connect(80, isTls: false);
        await user.WriteAsync("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n"u8.ToArray(), Cancellation);

        await Assert.ThrowsAsync<IOException>(() => ReadAllAsync(user));
    }

    [Fact]
    public async Task AnswerBeforeClose_IsWhole()
    {
        const int size = 1 << 20;
        await using var server = new TunnelledServer(app => app.MapGet("/", () => Results.Bytes(new byte[size])));
        await server.StartAsync();
        await using var user = server.Connect(80, isTls: false);
        await user.WriteAsync("GET / HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancellation);

        Assert.EndsWith(new string('\0', size), await ReadAllAsync(user), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_LetsTheRunningRequestFinish_AndRefusesNewUsers()
    {
        var (started, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = new TunnelledServer(app => app.MapGet("/", async () => { started.SetResult(); await go.Task; return "done"; }));
        await server.StartAsync();
        using var user = server.CreateUser(isTls: false);
        var answer = user.GetStringAsync(new Uri("/", UriKind.Relative), Cancellation);
        await started.Task.BoundedAsync();

        var stopping = server.StopAsync();
        go.SetResult();

        Assert.Equal("done", await answer.BoundedAsync());
        await stopping;
        Assert.IsNotType<NexusConnectResult.ChannelResult>(server.Ask(80, isTls: false));
    }

    [Theory]
    [InlineData(81, false, NexusTransport.Tcp)]
    [InlineData(80, true, NexusTransport.Tcp)]
    [InlineData(443, false, NexusTransport.Tcp)]
    [InlineData(80, false, NexusTransport.Udp)]
    public async Task WhatIsNotServed_GoesToTheNextHandler(int port, bool isTls, NexusTransport transport)
    {
        await using var server = new TunnelledServer(app => app.MapGet("/", () => ""));
        await server.StartAsync();

        Assert.Same(NexusConnectResult.NoRoute, server.Ask(port, isTls, transport));
    }

    [Fact]
    public async Task Socket_WorksBesideTheTunnel()
    {
        await using var server = new TunnelledServer(app => app.MapGet("/", () => "hello"), alsoSocket: true);
        await server.StartAsync();
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Single(text => text.Contains("127.0.0.1", StringComparison.Ordinal));
        using var user = new HttpClient();

        Assert.Equal("hello", await user.GetStringAsync(new Uri(address ?? ""), Cancellation));
    }

    private static string Describe(INexusConnectionFeature? feature) =>
        feature is { Request: var request } ? $"{request.BackendName} {request.Hostname} {request.Port} {request.IsTls}" : "";

    private static async Task<string> ReadAllAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Cancellation).BoundedAsync();
        return Encoding.Latin1.GetString(all.ToArray());
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
        await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, true, context.RequestAborted);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }
}
