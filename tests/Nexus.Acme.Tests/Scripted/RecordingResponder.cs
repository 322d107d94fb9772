using System.Collections.Concurrent;
using Nexus.Acme.Challenges;

namespace Nexus.Acme.Tests.Scripted;

/// <summary>Notes what is published.</summary>
internal sealed class RecordingResponder(params ChallengeKind[] kinds) : IChallengeResponder
{
    private readonly ConcurrentDictionary<string, ChallengeAnswer> _published = new();

    public IReadOnlyList<ChallengeKind> Kinds { get; } = kinds.Length > 0 ? kinds : [ChallengeKind.Http01, ChallengeKind.TlsAlpn01];

    /// <summary>Called before each step; may throw.</summary>
    public Action BeforeStep { get; set; } = () => { };

    public IReadOnlyCollection<ChallengeAnswer> Published => [.. _published.Values];

    public ConcurrentQueue<ChallengeAnswer> All { get; } = new();

    public Task PublishAsync(ChallengeAnswer answer, CancellationToken cancellationToken)
    {
        BeforeStep();
        _published[answer.Token] = answer;
        All.Enqueue(answer);
        return Task.CompletedTask;
    }

    public Task WithdrawAsync(ChallengeAnswer answer, CancellationToken cancellationToken)
    {
        _published.TryRemove(answer.Token, out _);
        return Task.CompletedTask;
    }
}
