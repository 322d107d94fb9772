using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Nexus.Protocol.WebSockets;

namespace Nexus.Mesh.Tests.Peering.Fakes;

/// <summary>Another node that is dialled.</summary>
internal sealed class PeerListener : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _between;

    public PeerListener(X509Certificate2 certificate, params X509Certificate2[] between)
    {
        _certificate = certificate;
        _between = [.. between];
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(64);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public string Url => $"wss://localhost:{((IPEndPoint?)_listener.LocalEndPoint)?.Port}/mesh";

    /// <summary>The certificates that the last one who dialled has sent.</summary>
    public List<string> Sent { get; } = [];

    /// <summary>The request's head.</summary>
    public string Head { get; private set; } = "";

    /// <summary>Somebody dials, and is upgraded.</summary>
    public async Task<ScriptedPeer> AcceptAsync()
    {
        var socket = await AcceptSocketAsync();
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(_certificate, _between, offline: true),
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, leaf, chain, _) =>
                {
                    Sent.Clear();
                    if (leaf is not null) Sent.Add(leaf.Subject);
                    Sent.AddRange((chain?.ChainPolicy.ExtraStore ?? []).Select(sent => sent.Subject));
                    return leaf is not null;
                },
            },
            Cancellation).BoundedAsync();
        Head = await ReadHeadAsync(tls);
        var key = Head.Split("\r\n").Single(line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase)).Split(':', 2)[1].Trim();
        var answer = $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {WebSocketHandshake.ComputeAccept(key)}\r\n\r\n";
        await tls.WriteAsync(Encoding.ASCII.GetBytes(answer), Cancellation).BoundedAsync();
        return new(socket, tls, WebSocketRole.Server, []);
    }

    /// <summary>Somebody dials.</summary>
    public Task<Socket> AcceptSocketAsync() => _listener.AcceptAsync(Cancellation).BoundedAsync();

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _certificate.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<string> ReadHeadAsync(SslStream tls)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await tls.ReadExactlyAsync(one, Cancellation).BoundedAsync();
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
