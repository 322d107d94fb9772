using Grpc.Core;
using Nexus.Contracts.Certs.V1;

namespace Nexus.Certs.Public;

/// <summary>What an authority's question is to be answered with.</summary>
internal sealed class ChallengesService(ChallengeBoard board) : Challenges.ChallengesBase
{
    public override Task<HttpChallenge> FindHttp(FindHttpChallengeRequest request, ServerCallContext context) => board.TryFind(request.Token, out var answer)
        ? Task.FromResult(new HttpChallenge { KeyAuthorization = answer.KeyAuthorization })
        : throw new RpcException(new Status(StatusCode.NotFound, "No proof with that token is under way."));
}
