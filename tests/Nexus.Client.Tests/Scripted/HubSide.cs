using System.Buffers.Binary;
using System.Net.Security;
using System.Net.WebSockets;
using System.Text;
using Nexus.Testing;

namespace Nexus.Client.Tests.Scripted;

/// <summary>The hub's end of one connection.</summary>
internal sealed class HubSide(WebSocket webSocket, SslStream stream, string upgradeHead) : IAsyncDisposable
{
    public const string Nonce = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    private readonly ObservedList<HubMessage> _messages = new();
    private Task? _receiving;

    public string UpgradeHead { get; } = upgradeHead;

    /// <summary>Messages after the handshake, or all when there was none.</summary>
    public IReadOnlyList<HubMessage> Messages => _messages.Items;

    public string HandshakeToken { get; private set; } = "";

    public string AttestToken { get; private set; } = "";

    /// <summary>The close code that the client sent; null when the connection ended without one.</summary>
    public int? CloseCode => (int?)webSocket.CloseStatus;

    public async Task AuthenticateAsync()
    {
        await HandshakeAsync();
        StartReceiving();
    }

    /// <summary>The same, for tests that receive for themselves: nothing is remembered here.</summary>
    public async Task HandshakeAsync()
    {
        HandshakeToken = (await ReceiveAsync()).Text;
        await SendTextAsync($$"""{"type":"handshake_challenge","nonce":"{{Nonce}}"}""");
        AttestToken = (await ReceiveAsync()).Text;
    }

    public void StartReceiving() => _receiving ??= ReceiveAllAsync();

    /// <summary>The client's end of the connection.</summary>
    public Task EndedAsync() => (_receiving ?? Task.CompletedTask).BoundedAsync();

    /// <summary>Past the framework's WebSocket, which sends no ping on request.</summary>
    public Task PingAsync() => stream.WriteAsync(new byte[] { 0x89, 0 }).AsTask().BoundedAsync();

    public Task SendTextAsync(string text) => webSocket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None).BoundedAsync();

    public Task SendBinaryAsync(params byte[] bytes) => webSocket.SendAsync(bytes, WebSocketMessageType.Binary, true, CancellationToken.None).BoundedAsync();

    /// <summary>One binary message in so many WebSocket frames.</summary>
    public async Task SendFragmentsAsync(IEnumerable<byte[]> pieces)
    {
        foreach (var piece in pieces) await webSocket.SendAsync(piece, WebSocketMessageType.Binary, false, CancellationToken.None).BoundedAsync();
        await webSocket.SendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Binary, true, CancellationToken.None).BoundedAsync();
    }

    public Task SendControlAsync(string json) => SendBinaryAsync([2, .. Encoding.UTF8.GetBytes(json)]);

    public Task SendDataAsync(Guid id, ReadOnlySpan<byte> payload) => SendBinaryAsync([1, .. id.ToByteArray(bigEndian: true), .. payload]);

    public Task DisconnectAsync(Guid id) => SendControlAsync($$"""{"event":"disconnect","client_id":"{{id}}"}""");

    public Task GrantAsync(Guid id, long credits) => SendControlAsync($$"""{"event":"resume_stream","client_id":"{{id}}","credits":{{credits}}}""");

    /// <summary>The target of an outbound request is connected.</summary>
    public Task SucceedAsync(Guid id, int credits = 64, string extra = "") => SendControlAsync($$"""{"event":"outbound_result","client_id":"{{id}}","success":true,"credits":{{credits}}{{extra}}}""");

    /// <summary>A new user.</summary>
    public async Task<Guid> ConnectAsync(int port = 443, string hostname = "app.example.test", int credits = 64, string extra = "", Guid? id = null, bool isTls = true)
    {
        var stream = id ?? Guid.NewGuid();
        await SendControlAsync($$"""{"event":"connect","client_id":"{{stream}}","conn_port":{{port}},"client_ip":"203.0.113.10:54321","transport":"tcp","hostname":"{{hostname}}","is_tls":{{(isTls ? "true" : "false")}},"credits":{{credits}}{{extra}}}""");
        return stream;
    }

    public Task<HubMessage> WaitForAsync(Func<HubMessage, bool> match) => _messages.WaitForAsync(messages => messages.FirstOrDefault(match), Describe, TestContext.Current.CancellationToken);

    public Task<HubMessage> WaitForControlAsync(Guid id, string name) => WaitForAsync(message => message.Event == name && message.StreamId == id);

    /// <summary>Waits until the stream's data frames match, and returns the joined bytes.</summary>
    public async Task<byte[]> WaitForDataAsync(Guid id, int bytes)
    {
        await _messages.WaitForAsync(messages => Joined(messages, id).Length >= bytes ? messages : null, Describe, TestContext.Current.CancellationToken);
        return DataOf(id);
    }

    public Task WaitForFramesAsync(Guid id, int frames) =>
        _messages.WaitForAsync(messages => messages.Count(message => message.IsData && message.StreamId == id) >= frames ? messages : null, Describe, TestContext.Current.CancellationToken);

    public byte[] DataOf(Guid id) => Joined(Messages, id);

    public int FramesOf(Guid id) => Messages.Count(message => message.IsData && message.StreamId == id);

    /// <summary>Makes the client answer something and waits for it: everything sent before has been handled by then.</summary>
    public async Task RoundTripAsync()
    {
        var probe = await ConnectAsync(port: 1);
        await WaitForControlAsync(probe, "disconnect");
    }

    public Task<HubMessage> ReceiveAsync() => ReceiveAsync(new byte[256 * 1024]);

    public async Task<HubMessage> ReceiveAsync(byte[] buffer)
    {
        var count = 0;
        while (true)
        {
            var result = await webSocket.ReceiveAsync(buffer.AsMemory(count), CancellationToken.None).BoundedAsync();
            count += result.Count;
            if (result.EndOfMessage) return new(result.MessageType, buffer[..count]);
        }
    }

    public Task CloseAsync(int code, string reason = "") => webSocket.CloseOutputAsync((WebSocketCloseStatus)code, reason, CancellationToken.None).BoundedAsync();

    /// <summary>The next frame's opcode, read past the framework's WebSocket, which answers pings and reads ahead.</summary>
    public async Task<int> ReadFrameAsync()
    {
        var head = await ReadAsync(2);
        var length = (head[1] & 0x7F) is not 126 and var small ? small : BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2));
        await ReadAsync(4 + length); // the mask, and what it covers
        return head[0] & 0x0F;

        async Task<byte[]> ReadAsync(int count)
        {
            var bytes = new byte[count];
            await stream.ReadExactlyAsync(bytes).BoundedAsync();
            return bytes;
        }
    }

    /// <summary>Breaks the connection without a close frame.</summary>
    public async Task BreakAsync() => await stream.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        webSocket.Dispose();
        await stream.DisposeAsync();
        if (_receiving is not null) await _receiving.BoundedAsync();
    }

    private static byte[] Joined(IReadOnlyList<HubMessage> messages, Guid id) =>
        [.. messages.Where(message => message.IsData && message.StreamId == id).SelectMany(message => message.Payload.ToArray())];

    private async Task ReceiveAllAsync()
    {
        var buffer = new byte[256 * 1024];
        var count = 0;
        try
        {
            while (true)
            {
                var result = await webSocket.ReceiveAsync(buffer.AsMemory(count), CancellationToken.None);
                count += result.Count;
                if (!result.EndOfMessage) continue;
                if (result.MessageType == WebSocketMessageType.Close) return;
                _messages.Add(new(result.MessageType, buffer[..count]));
                count = 0;
            }
        }
        catch (Exception ex) when (ex is WebSocketException or IOException or ObjectDisposedException)
        {
            // The client ended without a close frame, or the test did.
        }
    }

    private string Describe() => "No such message. There were:\n" + string.Join('\n', Messages.TakeLast(40));
}
