using Nexus.Acme.Accounts;
using Nexus.Acme.Challenges;
using Nexus.Acme.Orders;
using Nexus.Acme.Problems;

namespace Nexus.Acme.Issuing;

/// <summary>Proves the names of an order: publishes what the authority looks for, tells it, waits, withdraws.</summary>
internal sealed class NameProofs(
    AcmeAccount account, IReadOnlyList<AcmeIdentifier> names, IChallengeResponder responder, IReadOnlyList<ChallengeKind> kinds, TimeSpan pollLimit, TimeProvider time)
{
    private static readonly TimeSpan s_withdrawLimit = TimeSpan.FromSeconds(10);

    /// <exception cref="AcmeException">A name is not proved.</exception>
    public async Task ProveAsync(AcmeOrder order, CancellationToken cancellationToken)
    {
        var published = new List<ChallengeAnswer>();
        try
        {
            var open = new List<AcmeAuthorization>();
            foreach (var address in order.Authorizations)
            {
                var authorization = await account.ReadAuthorizationAsync(address, cancellationToken).ConfigureAwait(false);
                if (!names.Contains(authorization.Identifier)) throw new AcmeException(AcmeErrorKind.BadAnswer, $"A proof is wanted of {authorization.Identifier}, which was not ordered");
                if (authorization.Status == AuthorizationStatus.Invalid) throw Failure(authorization);
                if (authorization.Status == AuthorizationStatus.Pending) open.Add(authorization);
            }

            foreach (var authorization in open) await AnswerAsync(authorization, published, cancellationToken).ConfigureAwait(false);
            var began = time.GetTimestamp();
            foreach (var authorization in open) await AwaitAsync(authorization, pollLimit - time.GetElapsedTime(began), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await WithdrawAsync(published).ConfigureAwait(false);
        }
    }

    /// <summary>Why an order is invalid: its own error, else that of the first name that is not proved.</summary>
    public async Task<AcmeException> ExplainAsync(AcmeOrder order, CancellationToken cancellationToken)
    {
        if (order.Error is { } error) return AcmeException.Of(error);
        foreach (var address in order.Authorizations)
        {
            var authorization = await account.ReadAuthorizationAsync(address, cancellationToken).ConfigureAwait(false);
            if (authorization.Status == AuthorizationStatus.Invalid) return Failure(authorization);
        }

        return new AcmeException(AcmeErrorKind.OrderInvalid, "Neither the order nor its names have an error");
    }

    private static AcmeException Failure(AcmeAuthorization authorization) => authorization.Error is { } error
        ? AcmeException.Of(error, authorization.Identifier.Value, isFailedProof: true)
        : new AcmeException(AcmeErrorKind.OrderInvalid, $"The proof of {authorization.Identifier} is not valid") { IsFailedProof = true };

    private async Task AnswerAsync(AcmeAuthorization authorization, List<ChallengeAnswer> published, CancellationToken cancellationToken)
    {
        // Proved, but the authority has not drawn the conclusion yet.
        if (authorization.Challenges.Any(challenge => challenge.Status == ChallengeStatus.Valid)) return;
        var challenge = Choose(authorization);
        var answer = new ChallengeAnswer(authorization.Identifier, challenge.Kind, challenge.Token, account.Key);
        // Before the call: what fails half-way is withdrawn too.
        published.Add(answer);
        await responder.PublishAsync(answer, cancellationToken).ConfigureAwait(false);
        if (challenge.Status == ChallengeStatus.Pending) await account.AnswerChallengeAsync(challenge, cancellationToken).ConfigureAwait(false);
    }

    // One that the authority checks already (told before a restart) goes on; else the first in the order of preference.
    private AcmeChallenge Choose(AcmeAuthorization authorization)
    {
        var usable = authorization.Challenges.Where(challenge => kinds.Contains(challenge.Kind)).ToList();
        return usable.Find(challenge => challenge.Status == ChallengeStatus.Processing)
            ?? kinds.Select(kind => usable.Find(challenge => challenge.Kind == kind && challenge.Status == ChallengeStatus.Pending)).FirstOrDefault(challenge => challenge is not null)
            ?? throw (usable.Count > 0 ? Failure(authorization) : Unusable(authorization));
    }

    private AcmeException Unusable(AcmeAuthorization authorization) =>
        new(AcmeErrorKind.NoUsableChallenge, $"{authorization.Identifier}: the authority offers {Offered(authorization)}, this program can do {string.Join(", ", kinds)}");

    private static string Offered(AcmeAuthorization authorization) =>
        authorization.Challenges.Count == 0 ? "nothing that it knows" : string.Join(", ", authorization.Challenges.Select(challenge => challenge.Kind));

    private async Task AwaitAsync(AcmeAuthorization authorization, TimeSpan limit, CancellationToken cancellationToken)
    {
        var done = await Polling.UntilAsync(
            await account.ReadAuthorizationAsync(authorization.Address, cancellationToken).ConfigureAwait(false),
            current => current.Status != AuthorizationStatus.Pending,
            current => current.RetryAfter,
            stop => account.ReadAuthorizationAsync(authorization.Address, stop),
            limit,
            time,
            cancellationToken).ConfigureAwait(false);
        if (done.Status != AuthorizationStatus.Valid) throw Failure(done);
    }

    private async Task WithdrawAsync(List<ChallengeAnswer> published)
    {
        if (published.Count == 0) return;
        using var limit = new CancellationTokenSource(s_withdrawLimit, time);
        try
        {
            foreach (var answer in published) await responder.WithdrawAsync(answer, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // They stay; whoever sees them learns nothing.
        }
    }
}
