using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Nexus.Testing;

namespace Nexus.AppHost.Tests.Demo;

/// <summary>The demo origin as a process, and a handler that trusts its authority and nothing else.</summary>
internal sealed class RunningOrigin : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RealProcess _process;
    private readonly FreePort _https = FreePort.Reserve();
    private readonly FreePort _http = FreePort.Reserve();

    private RunningOrigin() => _process = RealProcess.StartDotnet(
        new Projects.Nexus_Demo_Origin().ProgramPath,
        [],
        new Dictionary<string, string?>
        {
            ["Nexus__Demo__Origin__HttpsPort"] = $"{HttpsPort}",
            ["Nexus__Demo__Origin__HttpPort"] = $"{_http.Port}",
            ["Nexus__Demo__Origin__AuthorityFile"] = AuthorityFile,
        });

    public int HttpsPort => _https.Port;

    public Uri HttpAddress => new($"http://127.0.0.1:{_http.Port}/");

    private string AuthorityFile => _folder.PathOf("ca.pem");

    public static async Task<RunningOrigin> StartAsync()
    {
        var origin = new RunningOrigin();
        await origin._process.WaitForLineAsync("Application started", TestContext.Current.CancellationToken);
        return origin;
    }

    public SocketsHttpHandler CreateHandler() => new()
    {
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = TrustOnly(AuthorityFile) },
        ConnectCallback = async (context, cancellationToken) =>
        {
            // Whatever the name, the origin is here.
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _https.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    private static X509ChainPolicy TrustOnly(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(file));
        return policy;
    }
}
