using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Nexus.Testing;

namespace Nexus.Client.Tests.Scripted;

/// <summary>
/// A hub played by the test: real TLS, and the framework's own WebSocket, so that the client's framing meets an independent
/// peer. Does nothing that the test does not tell it to do.
/// </summary>
internal sealed class ScriptedHub : IAsyncDisposable
{
    private const string AcceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private readonly TestCertificates _authority = new();
    private readonly X509Certificate2 _certificate;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<HubSide> _accepted = [];

    public ScriptedHub(params string[] names)
    {
        _certificate = _authority.Issue(names.Length > 0 ? names : ["localhost"]);
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Address => $"wss://localhost:{Port}/connect";

    public X509Certificate2Collection Authorities => [_authority.Root];

    /// <summary>The next connection, TLS and upgrade done.</summary>
    public async Task<HubSide> AcceptAsync()
    {
        var (stream, head) = await AcceptRequestAsync();
        var key = head.Split("\r\n").Single(line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase))[18..].Trim();
#pragma warning disable CA5350 // RFC 6455 §4.2.2 prescribes SHA-1
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptGuid)));
#pragma warning restore CA5350
        await WriteAsync(stream, $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n");
        var webSocket = WebSocket.CreateFromStream(stream, isServer: true, subProtocol: null, keepAliveInterval: Timeout.InfiniteTimeSpan);
        var side = new HubSide(webSocket, stream, head);
        lock (_accepted) _accepted.Add(side);
        return side;
    }

    /// <summary>The next connection, answered with this HTTP status instead of the upgrade.</summary>
    public async Task RefuseAsync(int status)
    {
        var (stream, _) = await AcceptRequestAsync();
        await WriteAsync(stream, $"HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await stream.DisposeAsync();
    }

    /// <summary>The next connection, both tokens received.</summary>
    public async Task<HubSide> AcceptSessionAsync()
    {
        var side = await AcceptAsync();
        await side.AuthenticateAsync();
        return side;
    }

    /// <summary>The next connection, of a client that only looks: its first token is accepted, and then it leaves.</summary>
    public async Task<HubSide> AcceptProbeAsync()
    {
        var side = await AcceptAsync();
        await side.ReceiveAsync();
        await side.SendTextAsync($$"""{"type":"handshake_challenge","nonce":"{{HubSide.Nonce}}"}""");
        side.StartReceiving();
        await side.EndedAsync();
        return side;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        HubSide[] sides;
        lock (_accepted) sides = [.. _accepted];
        foreach (var side in sides) await side.DisposeAsync();
        _certificate.Dispose();
        _authority.Dispose();
    }

    /// <summary>Accepts a TCP connection and drops it.</summary>
    public async Task AcceptAndDropAsync()
    {
        using var socket = await _listener.AcceptSocketAsync().BoundedAsync();
    }

    private async Task<(SslStream Stream, string Head)> AcceptRequestAsync()
    {
        var socket = await _listener.AcceptSocketAsync().BoundedAsync();
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await tls.AuthenticateAsServerAsync(_certificate).BoundedAsync();
        var head = new List<byte>();
        var one = new byte[1];
        while (!Encoding.ASCII.GetString([.. head]).EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            Assert.Equal(1, await tls.ReadAsync(one).BoundedAsync());
            head.Add(one[0]);
        }

        return (tls, Encoding.ASCII.GetString([.. head]));
    }

    private static Task WriteAsync(SslStream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text)).BoundedAsync();
}
