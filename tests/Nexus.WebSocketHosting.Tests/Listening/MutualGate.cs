using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Nexus.WebSocketHosting.Certificates;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.WebSocketHosting.Tests.Listening;

/// <summary>Lets peers with certificates of an authority in, at a path of its own.</summary>
internal sealed class MutualGate(NodeCertificate certificate, TestCertificates authority) : IWebSocketGate
{
    private readonly Channel<int> _refused = Channel.CreateUnbounded<int>();

    public WebSocketTerms Terms { get; } = new()
    {
        ListenAddress = new IPEndPoint(IPAddress.Loopback, 0),
        Path = "/mesh",
        MaxUnauthenticated = 8,
        MaxUnauthenticatedPerAddress = 8,
        TlsHandshakeTimeout = TestTimeouts.Default,
        UpgradeTimeout = TestTimeouts.Default,
    };

    public SslServerAuthenticationOptions ForHandshake() => certificate.ForHandshake((_, peer, _, _) => peer is X509Certificate2 shown && IsTrusted(shown));

    public void ConnectionRefused(AdmissionRefusal refusal)
    {
    }

    public void UpgradeRefused(int statusCode) => _refused.Writer.TryWrite(statusCode);

    public Task<int> NextRefusalAsync() => _refused.Reader.ReadAsync(TestContext.Current.CancellationToken).BoundedAsync();

    private bool IsTrusted(X509Certificate2 peer)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority.Root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(peer);
    }
}
