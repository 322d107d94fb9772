using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Nexus.Acme.Challenges;

namespace Nexus.Certs.Public;

/// <summary>The proofs that are under way. Edges ask for each here, so what is published is served everywhere at once.</summary>
internal sealed class ChallengeBoard : IChallengeResponder
{
    private readonly ConcurrentDictionary<string, ChallengeAnswer> _byToken = new(StringComparer.Ordinal);

    public IReadOnlyList<ChallengeKind> Kinds { get; } = [ChallengeKind.Http01];

    public Task PublishAsync(ChallengeAnswer answer, CancellationToken cancellationToken)
    {
        _byToken[answer.Token] = answer;
        return Task.CompletedTask;
    }

    public Task WithdrawAsync(ChallengeAnswer answer, CancellationToken cancellationToken)
    {
        _byToken.TryRemove(answer.Token, out _);
        return Task.CompletedTask;
    }

    public bool TryFind(string token, [NotNullWhen(true)] out ChallengeAnswer? answer) => _byToken.TryGetValue(token, out answer);
}
