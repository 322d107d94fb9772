using System.Security.Cryptography.X509Certificates;
using Nexus.Acme.Accounts;
using Nexus.Acme.Certificates;
using Nexus.Acme.Problems;
using Nexus.Acme.Renewal;
using Nexus.Acme.Signing;
using Nexus.Acme.Transport;

namespace Nexus.Acme.Authority;

/// <summary>
/// An ACME authority (RFC 8555): its directory, and the accounts at it. May be used by many at once. Every method may throw
/// <see cref="AcmeException"/>, and nothing else but <see cref="OperationCanceledException"/> when the caller gives up.
/// </summary>
public sealed class AcmeAuthority : IDisposable
{
    private static readonly TimeSpan s_directoryLife = TimeSpan.FromHours(1);

    private readonly AuthorityConnection _connection;
    private readonly TimeProvider _time;
    private volatile CachedDirectory? _directory;

    /// <param name="options">Where it is, and the limits.</param>
    /// <param name="time">The system's clock when null.</param>
    /// <exception cref="ArgumentException">The options are wrong; the message names every error.</exception>
    public AcmeAuthority(AcmeOptions options, TimeProvider? time = null)
        : this(options, time, null)
    {
    }

    internal AcmeAuthority(AcmeOptions options, TimeProvider? time, HttpMessageHandler? handler)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is { Count: > 0 } errors) throw new ArgumentException(string.Join(' ', errors), nameof(options));
        Options = options;
        _time = time ?? TimeProvider.System;
        _connection = new AuthorityConnection(options, handler, _time);
        Urls = new AuthorityUrls(options.Directory);
        Requests = new SignedRequests(_connection, async stop => (await GetDirectoryAsync(stop).ConfigureAwait(false)).NewNonce, options.MaxNonceRetries);
    }

    /// <summary>As given.</summary>
    public AcmeOptions Options { get; }

    internal AuthorityUrls Urls { get; }

    internal SignedRequests Requests { get; }

    internal TimeProvider Time => _time;

    /// <summary>The directory, read at most once an hour.</summary>
    public async Task<AcmeDirectory> GetDirectoryAsync(CancellationToken cancellationToken)
    {
        if (_directory is { } cached && _time.GetElapsedTime(cached.ReadAt) < s_directoryLife) return cached.Directory;
        var answer = await _connection.SendAsync(HttpMethod.Get, Options.Directory, null, AnswerKind.Json, cancellationToken).ConfigureAwait(false);
        var directory = answer.Expect(AnswerKind.Json).Read(json => AcmeDirectory.Parse(json, Urls));
        _directory = new(directory, _time.GetTimestamp());
        return directory;
    }

    /// <summary>Makes an account for the key, or finds the one that it has (RFC 8555 §7.3).</summary>
    public async Task<AcmeAccount> RegisterAsync(SigningKey key, AccountRegistration registration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(registration);
        var directory = await GetDirectoryAsync(cancellationToken).ConfigureAwait(false);
        if (directory.TermsOfService is { } terms && !registration.AgreesToTerms) throw new AcmeException(AcmeErrorKind.TermsNotAgreed, $"They are at {terms}");
        if (directory.ExternalAccountRequired && registration.ExternalAccount is null) throw new AcmeException(AcmeErrorKind.ExternalAccountRequired, "The authority's directory says so");
        var payload = registration.ToJson(directory.NewAccount, key);
        var answer = await Requests.PostAsync(directory.NewAccount, payload, new Signer(key, null), AnswerKind.Json, cancellationToken).ConfigureAwait(false);
        return Account(key, answer);
    }

    /// <summary>The key's account; null when it has none (§7.3.1).</summary>
    public async Task<AcmeAccount?> FindAccountAsync(SigningKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        var directory = await GetDirectoryAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var payload = JsonPayload.Of(json => json.WriteBoolean("onlyReturnExisting", true));
            return Account(key, await Requests.PostAsync(directory.NewAccount, payload, new Signer(key, null), AnswerKind.Json, cancellationToken).ConfigureAwait(false));
        }
        catch (AcmeException ex) when (ex.Kind == AcmeErrorKind.AccountDoesNotExist)
        {
            return null;
        }
    }

    /// <summary>An account whose address is known, without asking the authority.</summary>
    /// <exception cref="AcmeException">The address is not one of this authority.</exception>
    public AcmeAccount UseAccount(SigningKey key, Uri address)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(address);
        return new AcmeAccount(this, key, Urls.Check(address.OriginalString, "the account"));
    }

    /// <summary>When the authority wants the certificate renewed (RFC 9773 §4); null when it does not tell, or not of this certificate.</summary>
    public async Task<RenewalInfo?> GetRenewalInfoAsync(CertificateId certificate, CancellationToken cancellationToken)
    {
        var directory = await GetDirectoryAsync(cancellationToken).ConfigureAwait(false);
        if (directory.RenewalInfo is not { } address) return null;
        var url = Urls.Check($"{address.AbsoluteUri.TrimEnd('/')}/{certificate}", "the renewal information");
        var answer = await _connection.SendAsync(HttpMethod.Get, url, null, AnswerKind.Json, cancellationToken).ConfigureAwait(false);
        if (answer.Status is 404 or 410) return null;
        var retryAfter = answer.RetryAfter;
        return answer.Expect(AnswerKind.Json).Read(json => RenewalInfo.Parse(json, retryAfter));
    }

    /// <summary>Revokes a certificate by its own key, for whoever has lost the account (§7.6). Done already is done.</summary>
    public Task RevokeAsync(X509Certificate2 certificate, SigningKey certificateKey, RevocationReason reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(certificateKey);
        return RevokeAsync(certificate, new Signer(certificateKey, null), reason, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    internal async Task RevokeAsync(X509Certificate2 certificate, Signer signer, RevocationReason reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var directory = await GetDirectoryAsync(cancellationToken).ConfigureAwait(false);
        var url = directory.RevokeCertificate ?? throw new AcmeException(AcmeErrorKind.NotFound, "The directory has no revokeCert");
        var payload = JsonPayload.Of(json =>
        {
            json.WriteString("certificate", Base64UrlText.Encode(certificate.RawDataMemory.Span));
            if (reason != RevocationReason.Unspecified) json.WriteNumber("reason", (int)reason);
        });
        try
        {
            await Requests.PostAsync(url, payload, signer, AnswerKind.Nothing, cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeException ex) when (ex.Kind == AcmeErrorKind.AlreadyRevoked)
        {
            // What was wanted.
        }
    }

    private AcmeAccount Account(SigningKey key, AuthorityAnswer answer) => new(this, key, Urls.Check(answer.Location, "the account"));

    private sealed record CachedDirectory(AcmeDirectory Directory, long ReadAt);
}
