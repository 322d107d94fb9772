using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using Nexus.Acme.Challenges;

namespace Nexus.Certs.Public;

/// <summary>The proofs that are under way. Edges and hubs ask for each here, so what is published is served everywhere at once.</summary>
internal sealed class ChallengeBoard(IOptions<PublicOptions> options) : IChallengeResponder
{
    private readonly ConcurrentDictionary<(ChallengeKind Kind, string Key), ChallengeAnswer> _answers = new();

    public IReadOnlyList<ChallengeKind> Kinds => options.Value.ChallengeKinds;

    public Task PublishAsync(ChallengeAnswer answer, CancellationToken cancellationToken)
    {
        _answers[KeyOf(answer)] = answer;
        return Task.CompletedTask;
    }

    public Task WithdrawAsync(ChallengeAnswer answer, CancellationToken cancellationToken)
    {
        _answers.TryRemove(KeyOf(answer), out _);
        return Task.CompletedTask;
    }

    /// <param name="kind">The way of proof.</param>
    /// <param name="key">For HTTP-01 the token, for TLS-ALPN-01 the server name.</param>
    /// <param name="answer">What is served.</param>
    public bool TryFind(ChallengeKind kind, string key, [NotNullWhen(true)] out ChallengeAnswer? answer) => _answers.TryGetValue((kind, key), out answer);

    private static (ChallengeKind Kind, string Key) KeyOf(ChallengeAnswer answer) => (answer.Kind, answer.Kind == ChallengeKind.Http01 ? answer.Token : answer.ServerName);
}
