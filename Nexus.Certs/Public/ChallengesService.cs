using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Nexus.Acme.Challenges;
using Nexus.Contracts.Certs.V1;

namespace Nexus.Certs.Public;

/// <summary>What an authority's question is to be answered with.</summary>
internal sealed class ChallengesService(ChallengeBoard board, TimeProvider time) : Challenges.ChallengesBase
{
    public override async Task<HttpChallenge> FindHttp(FindHttpChallengeRequest request, ServerCallContext context) =>
        new() { KeyAuthorization = (await FindAsync(ChallengeKind.Http01, request.Token, context)).KeyAuthorization };

    public override async Task<TlsChallenge> FindTls(FindTlsChallengeRequest request, ServerCallContext context)
    {
        using var certificate = (await FindAsync(ChallengeKind.TlsAlpn01, request.ServerName, context)).CreateCertificate(time);
        using var key = certificate.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The proof has no key.");
        return new() { CertificatePem = certificate.ExportCertificatePem(), PrivateKeyPem = key.ExportPkcs8PrivateKeyPem() };
    }

    private async Task<ChallengeAnswer> FindAsync(ChallengeKind kind, string key, ServerCallContext context)
    {
        try
        {
            return await board.FindAsync(kind, key, context.CancellationToken) ?? throw new RpcException(new Status(StatusCode.NotFound, "No such proof is under way."));
        }
        catch (IOException)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "What other Certs prove cannot be looked at."));
        }
    }
}
