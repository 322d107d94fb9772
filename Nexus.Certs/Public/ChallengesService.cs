using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Nexus.Acme.Challenges;
using Nexus.Contracts.Certs.V1;

namespace Nexus.Certs.Public;

/// <summary>What an authority's question is to be answered with.</summary>
internal sealed class ChallengesService(ChallengeBoard board, TimeProvider time) : Challenges.ChallengesBase
{
    public override Task<HttpChallenge> FindHttp(FindHttpChallengeRequest request, ServerCallContext context) =>
        Task.FromResult(new HttpChallenge { KeyAuthorization = Find(ChallengeKind.Http01, request.Token).KeyAuthorization });

    public override Task<TlsChallenge> FindTls(FindTlsChallengeRequest request, ServerCallContext context)
    {
        using var certificate = Find(ChallengeKind.TlsAlpn01, request.ServerName).CreateCertificate(time);
        using var key = certificate.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The proof has no key.");
        return Task.FromResult(new TlsChallenge { CertificatePem = certificate.ExportCertificatePem(), PrivateKeyPem = key.ExportPkcs8PrivateKeyPem() });
    }

    private ChallengeAnswer Find(ChallengeKind kind, string key) => board.TryFind(kind, key, out var answer)
        ? answer
        : throw new RpcException(new Status(StatusCode.NotFound, "No such proof is under way."));
}
