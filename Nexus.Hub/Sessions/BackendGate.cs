using System.Net;
using System.Net.Security;
using Microsoft.Extensions.Options;
using Nexus.Hub.Certificates;
using Nexus.WebSocketHosting.Certificates;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.Hub.Sessions;

/// <summary>The listener that backends dial.</summary>
internal sealed class BackendGate(IOptions<SessionsOptions> options, NodeCertificate certificate, TlsChallenges challenges, SessionsMetrics metrics) : IWebSocketGate
{
    public WebSocketTerms Terms => field ??= ToTerms(options.Value);

    public SslServerAuthenticationOptions ForHandshake() => certificate.ForHandshake();

    public Func<string, CancellationToken, ValueTask<SslServerAuthenticationOptions>>? Proofs => challenges.ForHandshakeAsync;

    public void ConnectionRefused(AdmissionRefusal refusal) => metrics.ConnectionRefused(refusal);

    public void UpgradeRefused(int statusCode) => metrics.UpgradeRefused(statusCode);

    private static WebSocketTerms ToTerms(SessionsOptions options) => new()
    {
        ListenAddress = IPEndPoint.Parse(options.ListenAddress),
        Path = "/connect", // spec/node.md §1.1
        MaxUnauthenticated = options.MaxUnauthenticated,
        MaxUnauthenticatedPerAddress = options.MaxUnauthenticatedPerAddress,
        TlsHandshakeTimeout = options.TlsHandshakeTimeout,
        UpgradeTimeout = options.UpgradeTimeout,
    };
}
