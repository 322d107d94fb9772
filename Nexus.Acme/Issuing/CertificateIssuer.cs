using System.Collections.Concurrent;
using System.Security.Cryptography;
using Nexus.Acme.Accounts;
using Nexus.Acme.Authority;
using Nexus.Acme.Certificates;
using Nexus.Acme.Challenges;
using Nexus.Acme.Problems;
using Nexus.Acme.Signing;

namespace Nexus.Acme.Issuing;

/// <summary>
/// Gets certificates from an authority. Each step is stored before the next one, so that a process that is killed anywhere goes on with
/// the same order at its next start, and neither failures nor restarts make it ask the authority more often than it should.
/// Several sets of names may be under way at once; each set only once.
/// </summary>
public sealed class CertificateIssuer : IDisposable
{
    private const int MaxOrderFailures = 5;

    private readonly AcmeAuthority _authority;
    private readonly IChallengeResponder _responder;
    private readonly IssuingDocuments _documents;
    private readonly IssuingAccount _account;
    private readonly OrderLedger _ledger;
    private readonly ConcurrentDictionary<string, bool> _running = new();
    private readonly Func<double> _chance;

    /// <param name="authority">Not owned.</param>
    /// <param name="store">Where the state is.</param>
    /// <param name="responder">Who serves the proofs.</param>
    /// <param name="options">The usual ones when null.</param>
    public CertificateIssuer(AcmeAuthority authority, IIssuingStore store, IChallengeResponder responder, IssuerOptions? options = null)
        : this(authority, store, responder, options ?? new(), Random.Shared.NextDouble)
    {
    }

    internal CertificateIssuer(AcmeAuthority authority, IIssuingStore store, IChallengeResponder responder, IssuerOptions options, Func<double> chance)
    {
        ArgumentNullException.ThrowIfNull(authority);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(responder);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxOrdersPerHour, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxOrdersPerHour, 100, nameof(options));
        _authority = authority;
        _responder = responder;
        _chance = chance;
        _documents = new IssuingDocuments(store, authority.Options.Directory);
        _account = new IssuingAccount(authority, _documents, options.Registration);
        _ledger = new OrderLedger(_documents, options.MaxOrdersPerHour, authority.Time);
    }

    /// <summary>Gets a certificate for a set of names: takes up the order that is under way, or places one.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Gives up; the next call goes on.</param>
    /// <exception cref="FormatException">A name is none; the message says why.</exception>
    /// <exception cref="InvalidOperationException">This set is under way already.</exception>
    /// <exception cref="InvalidDataException">The stored account cannot be read.</exception>
    public async Task<IssueResult> IssueAsync(IssueRequest request, IProgress<IssueStage>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var target = IssueTarget.Of(request, _authority.Options.Directory);
        if (!_running.TryAdd(target.Id, true)) throw new InvalidOperationException($"A certificate for {string.Join(", ", target.Names)} is under way already.");
        try
        {
            var record = new IssuingRecord(_documents, target, await _documents.ReadOrderAsync(target, cancellationToken).ConfigureAwait(false));
            if (!request.IgnoresBackoff && IsTooEarly(record.Document))
                return new IssueResult { Outcome = IssueOutcome.TooEarly, RetryAt = record.Document.RetryAt, LastError = record.Document.LastError };
            return await TryObtainAsync(record, request, progress, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _running.TryRemove(target.Id, out _);
        }
    }

    /// <summary>The last certificate of a set of names, whether still valid or not; null when there is none.</summary>
    /// <exception cref="FormatException">A name is none; the message says why.</exception>
    public async Task<IssuedCertificate?> FindAsync(IssueRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var target = IssueTarget.Of(request, _authority.Options.Directory);
        return await _documents.ReadCertificateAsync(target, cancellationToken).ConfigureAwait(false) is { } document ? IssuedCertificate.TryRead(document.Chain, document.PrivateKey) : null;
    }

    /// <summary>Why the last attempt for these names failed, by whichever process; null when none has, or when one has succeeded since. Asks nobody.</summary>
    public async Task<IssueFailure?> FindFailureAsync(IssueRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var document = await _documents.ReadOrderAsync(IssueTarget.Of(request, _authority.Options.Directory), cancellationToken).ConfigureAwait(false);
        return document.LastError is { } error ? new(error, document.RetryAt) : null;
    }

    /// <summary>Does not find the certificate any more, because it was revoked; the next attempt orders another one.</summary>
    /// <exception cref="FormatException">A name is none; the message says why.</exception>
    public Task ForgetCertificateAsync(IssueRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _documents.WriteCertificateAsync(IssueTarget.Of(request, _authority.Options.Directory), new("", ""), cancellationToken);
    }

    /// <summary>Takes over a certificate that another program got; false when this issuer has, or had, one of these names, or the certificate lacks one of them.</summary>
    /// <exception cref="FormatException">A name is none; the message says why.</exception>
    public async Task<bool> TryImportCertificateAsync(IssueRequest request, IssuedCertificate certificate, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(certificate);
        var target = IssueTarget.Of(request, _authority.Options.Directory);
        if (target.Names.Except(certificate.Names).Any() || await _documents.ReadCertificateAsync(target, cancellationToken).ConfigureAwait(false) is not null) return false;
        await _documents.WriteCertificateAsync(target, new(certificate.Chain.ToPem(), certificate.ExportPrivateKeyPem()), cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Takes over the key of an account that another program made; false when this issuer has an account already.</summary>
    /// <param name="key">Stays the caller's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<bool> TryImportAccountAsync(SigningKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _account.TryImportAsync(key, cancellationToken);
    }

    /// <summary>Whether there is an account in the store, or the key of one.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public async Task<bool> HasAccountAsync(CancellationToken cancellationToken) => await _documents.ReadAccountAsync(cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Gives the account a new key (RFC 8555 §7.3.5); survives being killed like everything else here.</summary>
    /// <exception cref="AcmeException">The authority does not take it; the old key stays.</exception>
    public Task ChangeAccountKeyAsync(CancellationToken cancellationToken) => _account.ChangeKeyAsync(cancellationToken);

    /// <summary>The account that it works with, made when there is none: for revocation, contacts and the like; not for changing its key.</summary>
    /// <exception cref="AcmeException">The authority does not give one.</exception>
    public Task<AcmeAccount> GetAccountAsync(CancellationToken cancellationToken) => _account.EnsureAsync(ignoresBackoff: true, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _account.Dispose();
        _ledger.Dispose();
    }

    // A time that no back-off sets was set by a clock that was wrong.
    private bool IsTooEarly(OrderDocument document)
    {
        var wait = document.RetryAt - _authority.Time.GetUtcNow();
        return wait > TimeSpan.Zero && wait < FailureBackoff.LongestRetryAfter * 1.1;
    }

    private async Task<IssueResult> TryObtainAsync(IssuingRecord record, IssueRequest request, IProgress<IssueStage>? progress, CancellationToken cancellationToken)
    {
        try
        {
            return await ObtainAsync(record, request, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeException ex)
        {
            var document = record.Document;
            var retryAt = _authority.Time.GetUtcNow() + FailureBackoff.Delay(document.Failures + 1, ex.Explanation.Retry, ex.RetryAfter, _chance());
            var keepsOrder = document.Order is not null && IsPassing(ex.Kind) && document.OrderFailures + 1 < MaxOrderFailures;
            await record.FailedAsync(ex.Message, ex.IsFailedProof, keepsOrder, retryAt, cancellationToken).ConfigureAwait(false);
            return new IssueResult { Outcome = IssueOutcome.Failed, Failure = ex, LastError = ex.Message, RetryAt = retryAt };
        }
    }

    // Each way of proof gets one order, a forgotten account one more, and one that was taken up again another: never a loop.
    private async Task<IssueResult> ObtainAsync(IssuingRecord record, IssueRequest request, IProgress<IssueStage>? progress, CancellationToken cancellationToken)
    {
        var proofs = 1;
        var isNewAccount = false;
        while (true)
        {
            var isResumed = record.Document.Order is not null;
            progress?.Report(IssueStage.Registering);
            var account = await _account.EnsureAsync(request.IgnoresBackoff, cancellationToken).ConfigureAwait(false);
            try
            {
                return await ObtainOnceAsync(account, record, request, progress, cancellationToken).ConfigureAwait(false);
            }
            catch (AcmeException ex) when (ex.Kind == AcmeErrorKind.AccountDoesNotExist && !isNewAccount)
            {
                isNewAccount = true;
                await _account.ForgetAsync(account, cancellationToken).ConfigureAwait(false);
                await record.DropAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (AcmeException ex) when (ex.IsFailedProof && isResumed && MayOtherProofHelp(ex.Kind))
            {
                // The authority may have asked while nobody was there to answer: that says nothing about the name.
                await record.DropAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (AcmeException ex) when (ex.IsFailedProof && proofs < _responder.Kinds.Count && MayOtherProofHelp(ex.Kind))
            {
                proofs++;
                await record.ProofFailedAsync(ex.Message, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<IssueResult> ObtainOnceAsync(AcmeAccount account, IssuingRecord record, IssueRequest request, IProgress<IssueStage>? progress, CancellationToken cancellationToken)
    {
        progress?.Report(IssueStage.Ordering);
        var orders = new OrderPlacement(account, record, _authority.Time);
        var order = await orders.TryResumeAsync(cancellationToken).ConfigureAwait(false);
        if (order is null)
        {
            if (await _ledger.TryTakeAsync(record.Target.Names, cancellationToken).ConfigureAwait(false) is { } notBefore)
                return new IssueResult { Outcome = IssueOutcome.TooManyOrders, RetryAt = notBefore, LastError = record.Document.LastError };
            order = await orders.PlaceAsync(request, cancellationToken).ConfigureAwait(false);
        }

        var pollLimit = _authority.Options.PollLimit;
        var proofs = new NameProofs(account, record.Target.Identifiers, _responder, Rotate(_responder.Kinds, record.Document.ProofFailures), pollLimit, _authority.Time);
        var run = new OrderRun(account, proofs, record.Target, pollLimit, _authority.Time, progress);
        var privateKey = record.Document.PrivateKey ?? "";
        using var key = ECDsa.Create();
        key.ImportFromPem(privateKey);
        var chain = await run.FinishAsync(order, key, request.PreferredRoot, cancellationToken).ConfigureAwait(false);
        var issued = IssuedCertificate.TryCreate(chain, privateKey, record.Target.Identifiers)
            ?? throw new AcmeException(AcmeErrorKind.WrongCertificate, string.Join(", ", record.Target.Names));
        await _documents.WriteCertificateAsync(record.Target, new(chain.ToPem(), privateKey), cancellationToken).ConfigureAwait(false);
        await record.IssuedAsync(cancellationToken).ConfigureAwait(false);
        return new IssueResult { Outcome = IssueOutcome.Issued, Certificate = issued };
    }

    private static List<ChallengeKind> Rotate(IReadOnlyList<ChallengeKind> kinds, int by) =>
        [.. Enumerable.Range(0, kinds.Count).Select(index => kinds[(index + by) % kinds.Count])];

    // What is wrong with the name is wrong by every way.
    private static bool MayOtherProofHelp(AcmeErrorKind kind) =>
        kind is not (AcmeErrorKind.Dns or AcmeErrorKind.Caa or AcmeErrorKind.RejectedIdentifier or AcmeErrorKind.RateLimited or AcmeErrorKind.ServerInternal);

    // After these the order may still be completed.
    private static bool IsPassing(AcmeErrorKind kind) => kind is AcmeErrorKind.Unreachable or AcmeErrorKind.TimedOut or AcmeErrorKind.StillProcessing
        or AcmeErrorKind.RateLimited or AcmeErrorKind.ServerInternal or AcmeErrorKind.BadNonce or AcmeErrorKind.OrderNotReady;
}
