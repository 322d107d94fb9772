using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Benchmarks.Session;

/// <summary>The two processes of a measured session.</summary>
internal static class SessionEnds
{
    public static async Task<int> RunHubAsync(TextWriter output)
    {
        using var certificates = new TestCertificates();
        using var certificate = certificates.Issue("localhost");
        using var sessions = Listen();
        using var users = Listen();
        await output.WriteLineAsync($"ports {PortOf(sessions)} {PortOf(users)} {certificate.GetCertHashString(HashAlgorithmName.SHA256)}");
        var socket = await sessions.AcceptAsync();
        socket.NoDelay = true;
        var holding = new SocketStream(new SocketChannel(socket));
        var tls = new SslStream(holding);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate });
        await using var end = new SessionEnd(tls, holding, isHub: true, services: null);
        while (true) end.Begin(await users.AcceptAsync());
    }

    public static async Task<int> RunClientAsync(string[] arguments, TextWriter output)
    {
        var (hub, service) = (EndPoint(arguments[0]), EndPoint(arguments[1]));
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(hub);
        var holding = new SocketStream(new SocketChannel(socket));
        var tls = new SslStream(holding);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString(HashAlgorithmName.SHA256) == arguments[2] });
        await using var end = new SessionEnd(tls, holding, isHub: false, service);
        await output.WriteLineAsync("ready");
        await end.Running;
        return 0;
    }

    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(512);
        return socket;
    }

    private static int PortOf(Socket listener) => ((IPEndPoint)listener.LocalEndPoint!).Port;

    private static IPEndPoint EndPoint(string port) => new(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture));
}
