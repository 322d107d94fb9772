using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Nexus.Mesh.Peering.Trust;
using Nexus.WebSocketHosting.Certificates;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.Mesh.Peering.Links;

/// <summary>The listener that peers dial: who shows no trusted certificate does not get through TLS (spec/node.md §5.1).</summary>
internal sealed class PeerGate(IOptions<PeeringOptions> options, NodeCertificate certificate, PeerCertificateCheck check, ILogger<PeerGate> logger) : IWebSocketGate
{
    private const int MaxUnauthenticated = 256;
    private const int MaxUnauthenticatedPerAddress = 64;

    public WebSocketTerms Terms => field ??= ToTerms(options.Value);

    public SslServerAuthenticationOptions ForHandshake()
    {
        var settings = certificate.ForHandshake(IsPeer);
        settings.AllowTlsResume = false; // each link shows its certificate
        return settings;
    }

    /// <summary>Of strangers there are many: nobody needs to hear of each.</summary>
    public void ConnectionRefused(AdmissionRefusal refusal) => PeeringLog.ConnectionRefused(logger, refusal);

    public void UpgradeRefused(int statusCode) => PeeringLog.UpgradeRefused(logger, statusCode);

    private bool IsPeer(object sender, X509Certificate? leaf, X509Chain? chain, SslPolicyErrors errors)
    {
        if (check.FindFault(leaf as X509Certificate2, chain?.ChainPolicy.ExtraStore ?? []) is not { } fault) return true;
        PeeringLog.NotTrusted(logger, fault);
        return false;
    }

    private static WebSocketTerms ToTerms(PeeringOptions options) => new()
    {
        ListenAddress = IPEndPoint.Parse(options.ListenAddress),
        Path = "/mesh", // spec/node.md §5.1
        MaxUnauthenticated = MaxUnauthenticated,
        MaxUnauthenticatedPerAddress = MaxUnauthenticatedPerAddress,
        TlsHandshakeTimeout = options.HandshakeTimeout,
        UpgradeTimeout = options.HandshakeTimeout,
    };
}
