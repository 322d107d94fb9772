using Grpc.Core;
using Nexus.Contracts.Certs.V1;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Peers;

/// <summary>Knows proofs as Certs does.</summary>
internal sealed class ChallengesPeer : Challenges.ChallengesBase
{
    private int _calls;

    /// <summary>The one that is under way; null: none is.</summary>
    public TestCertificatePem? Proof { get; set; }

    /// <summary>How often it was asked.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public override Task<TlsChallenge> FindTls(FindTlsChallengeRequest request, ServerCallContext context)
    {
        Interlocked.Increment(ref _calls);
        return Proof is { } proof && request.ServerName == HubUnderTest.Name
            ? Task.FromResult(new TlsChallenge { CertificatePem = proof.Certificate, PrivateKeyPem = proof.PrivateKey })
            : throw new RpcException(new Status(StatusCode.NotFound, "None."));
    }
}
