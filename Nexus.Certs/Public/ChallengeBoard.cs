using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Nexus.Acme.Challenges;
using Nexus.Acme.Orders;
using Nexus.Certs.Sharing;

namespace Nexus.Certs.Public;

/// <summary>The proofs that are under way. Edges and hubs ask for each here, so what is published is served everywhere at once.</summary>
internal sealed class ChallengeBoard(IOptions<PublicOptions> options, SharedEntries? shared = null) : IChallengeResponder
{
    private const int MaxKeyLength = 256;

    /// <summary>Of a proof that nobody withdraws because its Certs was killed; longer than any is waited for.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(ChallengeKind Kind, string Key), ChallengeAnswer> _answers = new();

    public IReadOnlyList<ChallengeKind> Kinds => options.Value.ChallengeKinds;

    public async Task PublishAsync(ChallengeAnswer answer, CancellationToken cancellationToken)
    {
        var (kind, key) = KeyOf(answer);
        _answers[(kind, key)] = answer;
        if (shared is not null) await shared.WriteAsync(NameOf(kind, key), $"{answer.Identifier} {answer.KeyAuthorization}", s_longest, cancellationToken);
    }

    public async Task WithdrawAsync(ChallengeAnswer answer, CancellationToken cancellationToken)
    {
        var (kind, key) = KeyOf(answer);
        _answers.TryRemove((kind, key), out _);
        try
        {
            if (shared is not null) await shared.DeleteAsync(NameOf(kind, key), cancellationToken);
        }
        catch (SharedStoreException)
        {
            // It ends by itself.
        }
    }

    /// <param name="kind">The way of proof.</param>
    /// <param name="key">For HTTP-01 the token, for TLS-ALPN-01 the server name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when no such proof is under way, here or in another Certs.</returns>
    /// <exception cref="IOException">What other Certs have published cannot be looked at.</exception>
    public async Task<ChallengeAnswer?> FindAsync(ChallengeKind kind, string key, CancellationToken cancellationToken)
    {
        if (_answers.TryGetValue((kind, key), out var answer)) return answer;
        if (shared is null || key.Length is 0 or > MaxKeyLength) return null;
        return await shared.TryReadAsync(NameOf(kind, key), cancellationToken) is { } text && text.Split(' ') is [var identifier, var authorization]
            ? new ChallengeAnswer(AcmeIdentifier.Parse(identifier), kind, authorization)
            : null;
    }

    private static string NameOf(ChallengeKind kind, string key) => $"challenge-{(kind == ChallengeKind.Http01 ? "http" : "tls")}-{key}";

    private static (ChallengeKind Kind, string Key) KeyOf(ChallengeAnswer answer) => (answer.Kind, answer.Kind == ChallengeKind.Http01 ? answer.Token : answer.ServerName);
}
