using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Nexus.Protocol.WebSockets;

namespace Nexus.Mesh.Tests.Peering.Fakes;

/// <summary>
/// Another node, which speaks the original's protocol over real TLS and does nothing by itself but answer pings, when it is asked for the
/// next message.
/// </summary>
internal sealed class ScriptedPeer : IAsyncDisposable
{
    public const string Ours = ",\"nexus\":{\"v\":1,\"node\":\"scripted\",\"region\":\"far\"}";

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly WebSocketRole _role;
    private readonly WebSocketMessageReader _messages;
    private readonly SemaphoreSlim _sending = new(1);

    public ScriptedPeer(Socket socket, Stream stream, WebSocketRole role, byte[] received)
    {
        (_socket, _stream, _role) = (socket, stream, role);
        _messages = new(stream, role, 1 << 20, received) { MaxTextSize = 64 << 20 };
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Pings that came so far.</summary>
    public int Pings { get; private set; }

    /// <summary>Whether pings are answered.</summary>
    public bool AnswersPings { get; set; } = true;

    /// <summary>Dials the mesh, with this certificate and what leads to it.</summary>
    public static async Task<ScriptedPeer> DialAsync(LinkedMesh mesh, X509Certificate2? certificate, params X509Certificate2[] between)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(mesh.PeerEndPoint, Cancellation).BoundedAsync();
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, [.. between], offline: true),
                RemoteCertificateValidationCallback = (_, leaf, chain, _) =>
                {
                    mesh.ShownChain = [.. (chain?.ChainPolicy.ExtraStore ?? []).Select(sent => sent.Subject)];
                    return leaf is not null;
                },
            },
            Cancellation).BoundedAsync();
        var received = await WebSocketClientHandshake.UpgradeAsync(tls, "localhost", "/mesh", Cancellation).BoundedAsync();
        return new(socket, tls, WebSocketRole.Client, received);
    }

    /// <summary>The same as a node of the original, with a certificate that is let in; its announcement was taken when this returns.</summary>
    public static async Task<ScriptedPeer> LinkAsync(LinkedMesh mesh, params string[] names)
    {
        using var certificate = mesh.Pki.Issue("original.mesh.test");
        var peer = await DialAsync(mesh, certificate);
        await peer.AnnounceAsync(1, "", names);
        await mesh.SettledAsync();
        return peer;
    }

    /// <summary>The same as a node that knows our extensions.</summary>
    public static Task<ScriptedPeer> LinkExtendedAsync(LinkedMesh mesh, params string[] names) => LinkNodeAsync(mesh, "scripted", names);

    /// <summary>The same with a name of its own.</summary>
    public static async Task<ScriptedPeer> LinkNodeAsync(LinkedMesh mesh, string node, params string[] names)
    {
        using var certificate = mesh.Pki.Issue("ours.mesh.test");
        var peer = await DialAsync(mesh, certificate);
        await peer.AnnounceAsync(1, Ours.Replace("scripted", node, StringComparison.Ordinal), names);
        await mesh.SettledAsync();
        return peer;
    }

    public Task AnnounceAsync(ulong version, params string[] names) => AnnounceAsync(version, "", names);

    public Task AnnounceAsync(ulong version, string more, string[] names)
    {
        var list = names.Length == 0 ? "" : $",\"hostnames\":[{string.Join(',', names.Select(name => $"\"{name}\""))}]";
        return SendTextAsync($"{{\"version\":{version},\"type\":\"announce\"{list},\"client_id\":\"00000000-0000-0000-0000-000000000000\"{more}}}");
    }

    /// <summary>As the original writes it.</summary>
    public Task RequestAsync(Guid id, string host, string client = "192.0.2.9:4321", int port = 443, bool isTls = true) => SendTextAsync(
        $"{{\"type\":\"tunnel_request\",\"client_id\":\"{id}\",\"conn_port\":{port},\"client_ip\":\"{client}\",\"hostname\":\"{host}\",\"transport\":\"tcp\"{(isTls ? ",\"is_tls\":true" : "")}}}");

    /// <summary>For a UDP flow, as the original writes it.</summary>
    public Task RequestFlowAsync(Guid id, int port, string client = "192.0.2.9:4321") => SendTextAsync(
        $"{{\"type\":\"tunnel_request\",\"client_id\":\"{id}\",\"conn_port\":{port},\"client_ip\":\"{client}\",\"hostname\":\"udp:{port}\",\"transport\":\"udp\"}}");

    public Task SendTextAsync(string text) => SendFrameAsync(WebSocketOpcode.Text, Encoding.UTF8.GetBytes(text));

    public Task SendBinaryAsync(params byte[] message) => SendFrameAsync(WebSocketOpcode.Binary, message);

    public Task DataAsync(Guid id, params byte[] payload) => SendBinaryAsync([0x11, .. id.ToByteArray(bigEndian: true), .. payload]);

    public Task CloseTunnelAsync(Guid id, params byte[] reason) => SendBinaryAsync([0x12, .. id.ToByteArray(bigEndian: true), .. reason]);

    public Task PauseAsync(Guid id) => SendBinaryAsync([0x13, .. id.ToByteArray(bigEndian: true)]);

    public Task ResumeAsync(Guid id) => SendBinaryAsync([0x14, .. id.ToByteArray(bigEndian: true)]);

    public Task HalfCloseAsync(Guid id) => SendBinaryAsync([0x16, .. id.ToByteArray(bigEndian: true)]);

    public Task GrantAsync(Guid id, long credits)
    {
        var message = new byte[25];
        (message[0], _) = ((byte)0x15, id.TryWriteBytes(message.AsSpan(1), bigEndian: true, out _));
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(17), credits);
        return SendBinaryAsync(message);
    }

    /// <summary>The next message that is no ping.</summary>
    public async Task<LinkMessage> NextAsync()
    {
        while (true)
        {
            var received = await ReadAsync();
            if (received.Kind == WebSocketReceivedKind.Pong) continue;
            if (received.Kind != WebSocketReceivedKind.Ping) return received;
            Pings++;
            if (AnswersPings) await SendFrameAsync(WebSocketOpcode.Pong, received.Payload);
        }
    }

    /// <summary>The next one of that kind; what comes before it is passed over.</summary>
    public async Task<LinkMessage> NextAsync(Func<LinkMessage, bool> match)
    {
        while (true)
        {
            var message = await NextAsync();
            if (message.IsEnd) throw new EndOfStreamException($"The link is over: {message.Kind} {message.CloseCode}.");
            if (match(message)) return message;
        }
    }

    public Task<LinkMessage> NextAsync(byte marker) => NextAsync(message => message.Marker == marker);

    public Task<LinkMessage> NextRequestAsync() => NextAsync(message => message.Type == "tunnel_request");

    public Task<LinkMessage> NextAnnouncementAsync() => NextAsync(message => message.Type.StartsWith("announce", StringComparison.Ordinal));

    /// <summary>The end of the link: a close, or the end of the connection.</summary>
    public async Task<LinkMessage> EndAsync()
    {
        while (true)
        {
            var message = await NextAsync();
            if (message.IsEnd) return message;
        }
    }

    /// <summary>The mesh has looked at everything that was sent; what it said meanwhile is returned.</summary>
    public async Task<List<LinkMessage>> SettleAsync()
    {
        await SendFrameAsync(WebSocketOpcode.Ping, [1]);
        List<LinkMessage> before = [];
        while (true)
        {
            var message = await ReadAsync();
            if (message.Kind == WebSocketReceivedKind.Pong) return before;
            if (message.IsEnd) throw new EndOfStreamException($"The link is over: {message.Kind} {message.CloseCode}.");
            if (message.Kind != WebSocketReceivedKind.Ping) before.Add(message);
            else if (AnswersPings) await SendFrameAsync(WebSocketOpcode.Pong, message.Payload);
        }
    }

    public async Task SendFrameAsync(WebSocketOpcode opcode, byte[] payload)
    {
        uint? mask = _role == WebSocketRole.Client ? 0x12345678 : null;
        var frame = new byte[WebSocketFrameHeader.SizeFor(payload.Length, mask is not null) + payload.Length];
        var size = WebSocketFrameHeader.Write(frame, opcode, payload.Length, mask);
        payload.CopyTo(frame.AsSpan(size));
        if (mask is { } key) WebSocketMask.Apply(frame.AsSpan(size), key);
        await _sending.WaitAsync(Cancellation).BoundedAsync();
        try
        {
            await _stream.WriteAsync(frame, Cancellation).BoundedAsync();
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>As a killed node.</summary>
    public void Cut()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _stream.DisposeAsync();
        _messages.Dispose();
        _sending.Dispose();
    }

    private async Task<LinkMessage> ReadAsync()
    {
        try
        {
            var received = await _messages.ReadAsync(Cancellation).BoundedAsync();
            return new(received.Kind, received.Payload.ToArray(), received.CloseCode);
        }
        catch (IOException)
        {
            return new(WebSocketReceivedKind.EndOfStream, [], 0);
        }
    }
}
