using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>A peer that meshes dial: it remembers the certificates that they show, and hangs up.</summary>
internal sealed class PeerEar : IAsyncDisposable
{
    private readonly TestCertificates _authority = new("Peers");
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, bool> _shown = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _listening;

    public PeerEar()
    {
        _listener.Start();
        _listening = ListenAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string RootPem => _authority.RootPem;

    /// <summary>Serial numbers of all certificates that were shown.</summary>
    public ICollection<string> Shown => _shown.Keys;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
        _listener.Dispose();
        _authority.Dispose();
        _stop.Dispose();
    }

    private async Task ListenAsync()
    {
        using var own = _authority.Issue("localhost");
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(own, null, offline: true),
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, shown, _, _) => Remember(shown as X509Certificate2),
        };
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var tls = new SslStream(client.GetStream());
                try
                {
                    await tls.AuthenticateAsServerAsync(options, _stop.Token);
                }
                catch (Exception e) when (e is IOException or AuthenticationException)
                {
                    // It has heard us, or goes away.
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Over.
        }
    }

    private bool Remember(X509Certificate2? shown) => shown is not null && (_shown.TryAdd(shown.SerialNumber, true) || true);
}
