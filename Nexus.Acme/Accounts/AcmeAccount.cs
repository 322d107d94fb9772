using System.Security.Cryptography.X509Certificates;
using Nexus.Acme.Authority;
using Nexus.Acme.Certificates;
using Nexus.Acme.Orders;
using Nexus.Acme.Problems;
using Nexus.Acme.Signing;
using Nexus.Acme.Transport;

namespace Nexus.Acme.Accounts;

/// <summary>
/// An account at an authority, and what it may ask for. Does not own its key. Every method may throw <see cref="AcmeException"/>, and
/// nothing else but <see cref="OperationCanceledException"/> when the caller gives up.
/// </summary>
public sealed class AcmeAccount
{
    private const int MaxAlternates = 8;

    private readonly AcmeAuthority _authority;
    private volatile SigningKey _key;

    internal AcmeAccount(AcmeAuthority authority, SigningKey key, Uri address)
    {
        _authority = authority;
        _key = key;
        Address = address;
    }

    /// <summary>The account's address, which is also its name in requests (RFC 8555 §6.2).</summary>
    public Uri Address { get; }

    /// <summary>The key that it signs with at present.</summary>
    public SigningKey Key => _key;

    private Signer Signer => new(_key, Address);

    /// <summary>The account as the authority has it.</summary>
    public async Task<AccountState> ReadAsync(CancellationToken cancellationToken) =>
        (await GetAsync(Address, AnswerKind.Json, cancellationToken).ConfigureAwait(false)).Read(AccountState.Parse);

    /// <summary>Replaces the addresses for messages of the authority (§7.3.2).</summary>
    public async Task<AccountState> ChangeContactsAsync(IReadOnlyList<string> contacts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(contacts);
        var payload = JsonPayload.Of(json =>
        {
            json.WriteStartArray("contact");
            foreach (var contact in contacts) json.WriteStringValue(contact);
            json.WriteEndArray();
        });
        return (await PostAsync(Address, payload, cancellationToken).ConfigureAwait(false)).Read(AccountState.Parse);
    }

    /// <summary>Gives the account up, for good (§7.3.6).</summary>
    public Task DeactivateAsync(CancellationToken cancellationToken) =>
        PostAsync(Address, JsonPayload.Of(json => json.WriteString("status", "deactivated")), cancellationToken);

    /// <summary>Changes the account's key (§7.3.5). From here on <see cref="Key"/> is the new one; the old one stays its caller's to dispose.</summary>
    public async Task ChangeKeyAsync(SigningKey newKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(newKey);
        var directory = await _authority.GetDirectoryAsync(cancellationToken).ConfigureAwait(false);
        var url = directory.KeyChange ?? throw new AcmeException(AcmeErrorKind.NotFound, "The directory has no keyChange");
        var inner = JsonPayload.Of(json =>
        {
            json.WriteString("account", Address.AbsoluteUri);
            json.WritePropertyName("oldKey");
            json.WriteRawValue(_key.PublicJwk);
        });
        var payload = FlattenedJws.Sign(new Signer(newKey, null), null, url, inner);
        await _authority.Requests.PostAsync(url, payload, Signer, AnswerKind.Nothing, cancellationToken).ConfigureAwait(false);
        _key = newKey;
    }

    /// <summary>Places an order (§7.4). The authority may answer with one that it has already.</summary>
    public async Task<AcmeOrder> PlaceOrderAsync(OrderRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var directory = await _authority.GetDirectoryAsync(cancellationToken).ConfigureAwait(false);
        if (request.Profile is { } profile && !directory.Profiles.ContainsKey(profile))
        {
            var offered = directory.Profiles.Count == 0 ? "none" : string.Join(", ", directory.Profiles.Keys);
            throw new AcmeException(AcmeErrorKind.InvalidProfile, $"\"{profile}\" is set; the authority offers {offered}");
        }

        var answer = await PostAsync(directory.NewOrder, request.ToJson(directory.RenewalInfo is not null), cancellationToken).ConfigureAwait(false);
        return ReadOrder(answer, _authority.Urls.Check(answer.Location, "the order"));
    }

    /// <summary>The order at an address.</summary>
    public async Task<AcmeOrder> ReadOrderAsync(Uri address, CancellationToken cancellationToken)
    {
        var url = Check(address, "the order");
        return ReadOrder(await GetAsync(url, AnswerKind.Json, cancellationToken).ConfigureAwait(false), url);
    }

    /// <summary>The authorisation at an address (§7.5).</summary>
    public async Task<AcmeAuthorization> ReadAuthorizationAsync(Uri address, CancellationToken cancellationToken)
    {
        var url = Check(address, "the authorisation");
        var answer = await GetAsync(url, AnswerKind.Json, cancellationToken).ConfigureAwait(false);
        var retryAfter = answer.RetryAfter;
        return answer.Read(json => AcmeAuthorization.Parse(json, url, _authority.Urls, retryAfter));
    }

    /// <summary>Tells the authority that the proof is in place (§7.5.1).</summary>
    public Task AnswerChallengeAsync(AcmeChallenge challenge, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(challenge);
        return PostAsync(Check(challenge.Address, "the challenge"), JsonPayload.Empty, cancellationToken);
    }

    /// <summary>Gives an authorisation up (§7.5.2).</summary>
    public Task DeactivateAuthorizationAsync(Uri address, CancellationToken cancellationToken) =>
        PostAsync(Check(address, "the authorisation"), JsonPayload.Of(json => json.WriteString("status", "deactivated")), cancellationToken);

    /// <summary>Asks for the certificate of an order that is ready (§7.4).</summary>
    /// <param name="order">A ready one.</param>
    /// <param name="certificateRequest">PKCS#10, as DER.</param>
    /// <param name="cancellationToken">Gives up waiting; the authority may finish all the same.</param>
    public async Task<AcmeOrder> FinalizeAsync(AcmeOrder order, ReadOnlyMemory<byte> certificateRequest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        var payload = JsonPayload.Of(json => json.WriteString("csr", Base64UrlText.Encode(certificateRequest.Span)));
        return ReadOrder(await PostAsync(Check(order.Finalize, "finalize"), payload, cancellationToken).ConfigureAwait(false), order.Address);
    }

    /// <summary>The certificate of a valid order, with its chain (§7.4.2).</summary>
    /// <param name="order">A valid one.</param>
    /// <param name="preferredRoot">The common name of the root that the chain should lead to, if the authority offers such a chain.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CertificateChain> DownloadAsync(AcmeOrder order, string? preferredRoot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        var url = Check(order.Certificate ?? throw new AcmeException(AcmeErrorKind.BadAnswer, "A valid order without a certificate"), "the certificate");
        var answer = await GetAsync(url, AnswerKind.Chain, cancellationToken).ConfigureAwait(false);
        var chain = CertificateChain.Parse(answer.Body);
        if (preferredRoot is null || chain.LeadsTo(preferredRoot)) return chain;
        foreach (var link in LinkField.Find(answer.Links, "alternate", MaxAlternates))
        {
            if (Uri.TryCreate(url, link, out var address) && await TryDownloadAsync(address, cancellationToken).ConfigureAwait(false) is { } alternate && alternate.LeadsTo(preferredRoot)) return alternate;
        }

        return chain;
    }

    /// <summary>Revokes a certificate of this account (§7.6). Done already is done.</summary>
    public Task RevokeAsync(X509Certificate2 certificate, RevocationReason reason, CancellationToken cancellationToken) =>
        _authority.RevokeAsync(certificate, Signer, reason, cancellationToken);

    // The first chain is there: a fault of another one is no reason to have none.
    private async Task<CertificateChain?> TryDownloadAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return CertificateChain.Parse((await GetAsync(Check(address, "the alternate chain"), AnswerKind.Chain, cancellationToken).ConfigureAwait(false)).Body);
        }
        catch (AcmeException)
        {
            return null;
        }
    }

    private Uri Check(Uri address, string what)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _authority.Urls.Check(address.AbsoluteUri, what);
    }

    private AcmeOrder ReadOrder(AuthorityAnswer answer, Uri address)
    {
        var retryAfter = answer.RetryAfter;
        return answer.Read(json => AcmeOrder.Parse(json, address, _authority.Urls, retryAfter));
    }

    private Task<AuthorityAnswer> GetAsync(Uri url, AnswerKind kind, CancellationToken cancellationToken) =>
        _authority.Requests.PostAsync(url, null, Signer, kind, cancellationToken);

    private Task<AuthorityAnswer> PostAsync(Uri url, byte[] payload, CancellationToken cancellationToken) =>
        _authority.Requests.PostAsync(url, payload, Signer, AnswerKind.Json, cancellationToken);
}
