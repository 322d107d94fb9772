using Nexus.Acme.Challenges;

namespace Nexus.Client.Tls;

/// <summary>Serves proofs through the tunnel: whatever session the authority's question comes through.</summary>
internal sealed class TunnelResponder(ChallengeBoard board, IReadOnlyList<ChallengeKind> kinds) : IChallengeResponder
{
    public IReadOnlyList<ChallengeKind> Kinds => kinds;

    public Task PublishAsync(ChallengeAnswer answer, CancellationToken cancellationToken)
    {
        board.Publish(answer);
        return Task.CompletedTask;
    }

    public Task WithdrawAsync(ChallengeAnswer answer, CancellationToken cancellationToken)
    {
        board.Withdraw(answer);
        return Task.CompletedTask;
    }
}
