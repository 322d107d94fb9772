using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Nexus.Hub.Stun;
using Nexus.Identities;
using Nexus.WebSocketHosting.Certificates;
using ChallengesClient = Nexus.Contracts.Certs.V1.Challenges.ChallengesClient;

namespace Nexus.Hub.Certificates;

/// <summary>
/// What the authority is shown that wants our name proven in a handshake (RFC 8737): what Certs says. Every stranger can ask for it, and
/// each time it costs a call; so only our own name is asked for, few at once, and no more than so many a second.
/// </summary>
internal sealed class TlsChallenges(NodeCertificate certificate, IConfiguration configuration, ServiceIdentity identity, TimeProvider time) : IDisposable
{
    internal const int MaxPerSecond = 50;
    private const int MaxAtOnce = 16;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly ServiceReplicas? _certs = ServiceReplicas.TryCreate(configuration, ServiceRole.Certs, identity, time);
    private readonly SemaphoreSlim _room = new(MaxAtOnce);
    private readonly RateGate _rate = new(MaxPerSecond, slots: 1, time);

    /// <exception cref="AuthenticationException">There is nothing to be shown.</exception>
    public async ValueTask<SslServerAuthenticationOptions> ForHandshakeAsync(string serverName, CancellationToken cancellationToken)
    {
        // Before the first certificate, which may be what is being proven for, Certs alone knows our name.
        if (_certs is null || (certificate.IsPresent && !certificate.Current.MatchesHostname(serverName))) throw new AuthenticationException("The name is not ours to prove.");
        if (!_rate.TryPass(0) || !_room.Wait(0, CancellationToken.None)) throw new AuthenticationException("Too many ask for proofs.");
        try
        {
            var request = new Contracts.Certs.V1.FindTlsChallengeRequest { ServerName = serverName.ToLowerInvariant() };
            var (proof, _) = await _certs.AskAsync((channel, options) => new ChallengesClient(channel).FindTlsAsync(request, options), s_patience, cancellationToken);
            return ToOptions(proof ?? throw new AuthenticationException("No proof is under way."));
        }
        finally
        {
            _room.Release();
        }
    }

    public void Dispose()
    {
        _certs?.Dispose();
        _room.Dispose();
    }

    private static SslServerAuthenticationOptions ToOptions(Contracts.Certs.V1.TlsChallenge proof)
    {
        try
        {
            return new()
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(proof.CertificatePem, proof.PrivateKeyPem), null, offline: true),
                ApplicationProtocols = [new("acme-tls/1")],
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                AllowTlsResume = false,
            };
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new AuthenticationException("Certs' proof cannot be used.", e);
        }
    }
}
