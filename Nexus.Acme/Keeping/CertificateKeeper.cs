using Nexus.Acme.Authority;
using Nexus.Acme.Certificates;
using Nexus.Acme.Issuing;
using Nexus.Acme.Problems;
using Nexus.Acme.Renewal;

namespace Nexus.Acme.Keeping;

/// <summary>Keeps one set of names supplied with a certificate: takes the stored one, gets one when there is none, renews it in time.</summary>
/// <param name="authority">Not owned; its clock is the keeper's.</param>
/// <param name="issuer">Not owned.</param>
/// <param name="request">What is wanted; <see cref="IssueRequest.Replaces"/> is the keeper's own, and <see cref="IssueRequest.IgnoresBackoff"/> holds for the first attempt.</param>
/// <param name="attempt">
/// Makes each attempt by calling what it is given, when the time has come for it: it may wait, call it again after it was cancelled, or find
/// a certificate that somebody else has stored. Null: at once.
/// </param>
public sealed class CertificateKeeper(
    AcmeAuthority authority, CertificateIssuer issuer, IssueRequest request, Func<Func<CancellationToken, Task<IssueResult>>, CancellationToken, Task<IssueResult>>? attempt = null)
{
    // The clock may be set, or the machine may sleep, while a timer runs.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromHours(1);

    private IssuedCertificate? _certificate;
    private DateTimeOffset _obtainedAt;
    private RenewalPlan? _plan;

    /// <summary>Runs until it is cancelled.</summary>
    /// <param name="onState">Called when a certificate is there, and when an attempt has failed; awaited before anything else is done.</param>
    /// <param name="progress">Told how far an attempt is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled. Exceptions of the store, the responder and <paramref name="onState"/> end it too.</exception>
    public async Task RunAsync(Func<KeptState, CancellationToken, Task> onState, IProgress<IssueStage>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(onState);
        var wanted = request;
        _certificate = await issuer.FindAsync(request, cancellationToken).ConfigureAwait(false);
        _obtainedAt = _certificate?.NotBefore ?? default;
        var isNew = _certificate is not null;
        while (true)
        {
            var due = await PlanAsync(cancellationToken).ConfigureAwait(false);
            if (isNew) await onState(new(_certificate, true, null, due), cancellationToken).ConfigureAwait(false);
            isNew = false;
            await WaitAsync(due, cancellationToken).ConfigureAwait(false);
            if (!IsDue) continue;
            var next = wanted with { Replaces = ReplacedId() };
            var result = attempt is null
                ? await issuer.IssueAsync(next, progress, cancellationToken).ConfigureAwait(false)
                : await attempt(stop => issuer.IssueAsync(next, progress, stop), cancellationToken).ConfigureAwait(false);
            wanted = request with { IgnoresBackoff = false };
            if (result.Certificate is { } fresh) Take(fresh);
            var retryAt = result.RetryAt ?? await PlanAsync(cancellationToken).ConfigureAwait(false);
            await onState(new(Present, result.Certificate is not null, result, retryAt), cancellationToken).ConfigureAwait(false);
            if (result.RetryAt is { } later) await WaitAsync(later, cancellationToken).ConfigureAwait(false);
        }
    }

    private DateTimeOffset Now => authority.Time.GetUtcNow();

    private IssuedCertificate? Present => _certificate is { } certificate && certificate.NotAfter > Now ? certificate : null;

    private bool IsDue => Present is null || RenewAt <= Now;

    // A window in the past must not renew what was just made, again and again; nor may it be put off to the end of a short life.
    private DateTimeOffset RenewAt
    {
        get
        {
            if (_certificate is not { } certificate || _plan is null) return DateTimeOffset.MinValue;
            var third = (certificate.NotAfter - certificate.NotBefore) / 3;
            var earliest = _obtainedAt + (third < s_longestWait ? third : s_longestWait);
            return _plan.RenewAt > earliest ? _plan.RenewAt : earliest;
        }
    }

    private void Take(IssuedCertificate fresh)
    {
        _certificate = fresh;
        _obtainedAt = Now;
        _plan = null;
    }

    private CertificateId? ReplacedId()
    {
        if (Present is not { } certificate) return null;
        using var leaf = certificate.Chain.LoadLeaf();
        return CertificateId.TryOf(leaf);
    }

    /// <summary>When something is to be done; asks the authority when to renew, if it is time to.</summary>
    private async Task<DateTimeOffset> PlanAsync(CancellationToken cancellationToken)
    {
        if (Present is not { } certificate) return Now;
        if (_plan is null || _plan.AskAgainAt <= Now)
        {
            var info = await TryAskAsync(certificate, cancellationToken).ConfigureAwait(false);
            _plan = RenewalSchedule.Plan(certificate.NotBefore, certificate.NotAfter, info, _plan, Now, Random.Shared.NextDouble());
        }

        return _plan.AskAgainAt < RenewAt ? _plan.AskAgainAt : RenewAt;
    }

    private async Task<RenewalInfo?> TryAskAsync(IssuedCertificate certificate, CancellationToken cancellationToken)
    {
        using var leaf = certificate.Chain.LoadLeaf();
        try
        {
            return CertificateId.TryOf(leaf) is { } id ? await authority.GetRenewalInfoAsync(id, cancellationToken).ConfigureAwait(false) : null;
        }
        catch (AcmeException)
        {
            return null; // the plan is made without it, or stays as it was
        }
    }

    private async Task WaitAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        while (until - Now is var rest && rest > TimeSpan.Zero)
        {
            // Timers count whole milliseconds: rounded up, or the last one would be waited for in a loop.
            var wait = rest < s_longestWait ? rest + TimeSpan.FromMilliseconds(1) : s_longestWait;
            await Task.Delay(wait, authority.Time, cancellationToken).ConfigureAwait(false);
        }
    }
}
