using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Peers;

/// <summary>A backend that speaks the wire protocol by hand.</summary>
internal sealed class BackendPeer : IAsyncDisposable
{
    private readonly TcpClient _tcp;

    private BackendPeer(TcpClient tcp, SslStream tls)
    {
        _tcp = tcp;
        Tls = tls;
        Socket = new RawWebSocket(tls);
    }

    public SslStream Tls { get; }

    public RawWebSocket Socket { get; }

    /// <summary>TLS only.</summary>
    /// <exception cref="IOException">The hub turned the connection away; how far it had come by then is chance.</exception>
    public static async Task<BackendPeer> DialAsync(HubUnderTest hub, params SslApplicationProtocol[] alpn)
    {
        var tcp = new TcpClient { NoDelay = true };
        try
        {
            await tcp.ConnectAsync(hub.BackendEndPoint, TestContext.Current.CancellationToken);
        }
        catch (SocketException reset)
        {
            throw new IOException(reset.Message, reset);
        }

        var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = HubUnderTest.Name,
                RemoteCertificateValidationCallback = hub.Certificates.Validation,
                ApplicationProtocols = [.. alpn],
            },
            TestContext.Current.CancellationToken).WaitAsync(TestTimeouts.Default);
        return new BackendPeer(tcp, tls);
    }

    public static async Task<BackendPeer> UpgradeAsync(HubUnderTest hub)
    {
        var peer = await DialAsync(hub);
        var head = await peer.Socket.UpgradeAsync(RawWebSocket.UpgradeRequest());
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        return peer;
    }

    /// <summary>An authenticated session for these hostnames, registered at the hub.</summary>
    public static Task<BackendPeer> LoginAsync(HubUnderTest hub, params string[] hostnames) => LoginAsync(hub, TestToken.Claims(hostnames));

    public static async Task<BackendPeer> LoginAsync(HubUnderTest hub, Dictionary<string, object?> claims)
    {
        var before = hub.Metrics.Sum("nexus.hub.handshakes", ("outcome", "accepted"));
        var peer = await UpgradeAsync(hub);
        await peer.Socket.SendTextAsync(TestToken.Sign(claims));
        await peer.Socket.SendTextAsync(TestToken.Stage1(claims, await peer.ReceiveNonceAsync()));
        await hub.Metrics.WaitForSumAsync("nexus.hub.handshakes", before + 1, ("outcome", "accepted"));
        await peer.BeginAsync();
        return peer;
    }

    /// <summary>Hears that the session has begun: the hub says so by its first ping.</summary>
    public async Task BeginAsync()
    {
        Assert.Equal(RawFrame.PingOpcode, (await Socket.ReceiveAsync())?.Opcode);
        await SettleAsync();
    }

    /// <summary>The hub has looked at everything that was sent, and its session is running.</summary>
    public async Task SettleAsync()
    {
        await Socket.SendAsync(RawFrame.PingOpcode, []);
        Assert.Equal(RawFrame.PongOpcode, (await Socket.ReceiveAsync())?.Opcode);
    }

    public async Task<string> ReceiveNonceAsync(string type = "handshake_challenge")
    {
        var frame = await Socket.ReceiveAsync();
        Assert.NotNull(frame);
        Assert.Equal(RawFrame.TextOpcode, frame.Opcode);
        using var json = JsonDocument.Parse(frame.Text);
        Assert.Equal(type, json.RootElement.GetProperty("type").GetString());
        return json.RootElement.GetProperty("nonce").GetString() ?? "";
    }

    /// <summary>The next binary message: null for the end of the stream.</summary>
    public async Task<PeerMessage?> ReceiveAsync()
    {
        while (await Socket.ReceiveAsync() is { } frame)
        {
            if (frame.Opcode == RawFrame.BinaryOpcode) return PeerMessage.Parse(frame.Payload);
        }

        return null;
    }

    /// <summary>The next control message with this event; data and other events before it are passed over.</summary>
    public async Task<PeerMessage> ReceiveEventAsync(string name)
    {
        while (await ReceiveAsync() is { } message)
        {
            if (message.Event == name) return message;
        }

        throw new EndOfStreamException($"The session ended before a {name}.");
    }

    public async Task<RawFrame> ReceiveCloseAsync()
    {
        while (await Socket.ReceiveAsync() is { } frame)
        {
            if (frame.Opcode == RawFrame.CloseOpcode) return frame;
        }

        throw new EndOfStreamException("The connection ended without a close frame.");
    }

    public Task SendDataAsync(Guid id, byte[] payload) => Socket.SendFragmentedAsync([1, .. id.ToByteArray(bigEndian: true), .. payload]);

    public Task SendControlAsync(string json) => Socket.SendBinaryAsync([2, .. Encoding.UTF8.GetBytes(json)]);

    public Task SendEventAsync(string name, Guid id, string more = "") =>
        SendControlAsync($$"""{"event":"{{name}}","client_id":"{{id}}"{{more}}}""");

    /// <summary>The backend's FIN.</summary>
    public void FinishSending() => _tcp.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Reads nothing, only writes, until the hub's reset ends it.</summary>
    public async Task EndedAsync()
    {
        var byteOfGarbage = new byte[1];
        try
        {
            while (true) await _tcp.GetStream().WriteAsync(byteOfGarbage, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // The hub has cut it off.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        await Tls.DisposeAsync();
    }
}
