using System.Buffers.Text;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Nexus.SystemTests.Golden.Wire;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>A backend that the test plays by hand, to say what no client of ours would say.</summary>
internal sealed class ScriptedBackend : IAsyncDisposable
{
    private readonly WireConnection _wire;

    private ScriptedBackend(WireConnection wire) => _wire = wire;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A connection that is a WebSocket and has said nothing yet.</summary>
    public static async Task<ScriptedBackend> DialAsync(int hubPort, string authorityFile)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, hubPort, Cancellation);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(authorityFile);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = policy }, Cancellation).BoundedAsync();
        var wire = new WireConnection(tls, masks: true);
        await wire.SendRawAsync(
            "GET /connect HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
            Cancellation);
        Assert.StartsWith("HTTP/1.1 101", await wire.ReadHeadAsync(Cancellation).BoundedAsync());
        return new(wire);
    }

    /// <summary>A signed token for these names.</summary>
    public static string Token(string secret, string names, string? nonce = null, int lifetime = 60)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["hostnames"] = new JsonArray([.. names.Split(',').Select(name => JsonValue.Create(name))]),
            ["weight"] = 1,
            ["iss"] = "authorizer",
            ["sub"] = "scripted",
            ["aud"] = new JsonArray("nexus"),
            ["exp"] = now + lifetime,
            ["iat"] = now,
        };
        if (nonce is not null) claims["session_nonce"] = nonce;
        var text = Encode("""{"alg":"HS256","typ":"JWT"}""") + "." + Encode(claims.ToJsonString());
        return text + "." + Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(text)));
    }

    public Task SendTextAsync(string text) => SendAsync(new WireMessage(WireKind.Text, Encoding.UTF8.GetBytes(text)));

    public Task SendAsync(WireMessage message, bool wronglyMasked = false) => _wire.SendAsync(message, wronglyMasked, Cancellation).BoundedAsync();

    /// <summary>The next message, past the hub's own pings; null at the end.</summary>
    public async Task<WireMessage?> ReceiveAsync()
    {
        WireMessage? message;
        do message = await _wire.ReceiveAsync(Cancellation).BoundedAsync();
        while (message is { Kind: WireKind.Ping });
        return message;
    }

    /// <summary>The nonce of the challenge that comes next.</summary>
    public async Task<string> ReceiveNonceAsync()
    {
        var challenge = await ReceiveAsync();
        return (string?)JsonNode.Parse(challenge?.Text ?? "{}")?["nonce"] ?? throw new InvalidOperationException($"No challenge: {challenge?.CloseReason}");
    }

    /// <summary>Both tokens, for the same names.</summary>
    public async Task LogInAsync(string secret, string names)
    {
        await SendTextAsync(Token(secret, names));
        await SendTextAsync(Token(secret, names, await ReceiveNonceAsync()));
    }

    /// <summary>Reads on until the close frame; null when the connection ends without one.</summary>
    public async Task<WireMessage?> ReceiveCloseAsync()
    {
        while (await ReceiveAsync() is { } message)
        {
            if (message.Kind == WireKind.Close) return message;
        }

        return null;
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
