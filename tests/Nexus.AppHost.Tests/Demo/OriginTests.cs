using System.Net.WebSockets;
using Nexus.Testing;

namespace Nexus.AppHost.Tests.Demo;

/// <summary>What the demo origin serves, asked directly.</summary>
public sealed class OriginTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Root_OverTls_SaysWhereTlsEnded()
    {
        await using var origin = await RunningOrigin.StartAsync();
        using var client = new HttpClient(origin.CreateHandler());

        var text = await client.GetStringAsync(new Uri($"https://app.nexus.test:{origin.HttpsPort}/"), Cancellation).WaitAsync(TestTimeouts.Default, Cancellation);

        Assert.StartsWith("Hello from the demo origin.", text, StringComparison.Ordinal);
        Assert.Contains("TLS ended here", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Echo_OverPlainHttp_SendsTheBodyBack()
    {
        await using var origin = await RunningOrigin.StartAsync();
        using var client = new HttpClient(origin.CreateHandler());
        var body = new byte[300_000];
        Random.Shared.NextBytes(body);

        using var content = new ByteArrayContent(body);
        using var response = await client.PostAsync(new Uri(origin.HttpAddress, "/echo"), content, Cancellation).WaitAsync(TestTimeouts.Default, Cancellation);

        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task WebSocket_OverTls_SendsMessagesBackAndCloses()
    {
        await using var origin = await RunningOrigin.StartAsync();
        using var invoker = new HttpMessageInvoker(origin.CreateHandler());
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"wss://app.nexus.test:{origin.HttpsPort}/ws"), invoker, Cancellation).WaitAsync(TestTimeouts.Default, Cancellation);

        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Cancellation);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, Cancellation).WaitAsync(TestTimeouts.Default, Cancellation);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Cancellation).WaitAsync(TestTimeouts.Default, Cancellation);

        Assert.Equal("hello"u8.ToArray(), buffer[..received.Count]);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }
}
