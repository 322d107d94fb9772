using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Nexus.Acme.Issuing;

/// <summary>The documents of one authority in the store.</summary>
internal sealed class IssuingDocuments(IIssuingStore store, Uri directory)
{
    private readonly string _authority = IssueTarget.IdOf(directory);

    private string AccountName => $"account-{_authority}";

    private string LedgerName => $"orders-{_authority}";

    /// <exception cref="InvalidDataException">It is there, but cannot be read: it is not overwritten, lest an account be lost.</exception>
    public async Task<AccountDocument?> ReadAccountAsync(CancellationToken cancellationToken)
    {
        var text = await store.ReadAsync(AccountName, cancellationToken).ConfigureAwait(false);
        if (text is null) return null;
        return Parse(text, IssuingJson.Default.AccountDocument) is { PrivateKey: not null } document ? document : throw new InvalidDataException($"The stored text {AccountName} cannot be read. Restore it, or remove it to make a new account.");
    }

    public Task WriteAccountAsync(AccountDocument document, CancellationToken cancellationToken) =>
        store.WriteAsync(AccountName, JsonSerializer.Serialize(document, IssuingJson.Default.AccountDocument), cancellationToken);

    public async Task<LedgerDocument> ReadLedgerAsync(CancellationToken cancellationToken) =>
        Parse(await store.ReadAsync(LedgerName, cancellationToken).ConfigureAwait(false), IssuingJson.Default.LedgerDocument) is { Orders: not null } ledger ? ledger : new([]);

    public Task WriteLedgerAsync(LedgerDocument document, CancellationToken cancellationToken) =>
        store.WriteAsync(LedgerName, JsonSerializer.Serialize(document, IssuingJson.Default.LedgerDocument), cancellationToken);

    public async Task<OrderDocument> ReadOrderAsync(IssueTarget target, CancellationToken cancellationToken) =>
        Parse(await store.ReadAsync(OrderName(target), cancellationToken).ConfigureAwait(false), IssuingJson.Default.OrderDocument) ?? new() { Names = target.Names };

    public Task WriteOrderAsync(IssueTarget target, OrderDocument document, CancellationToken cancellationToken) =>
        store.WriteAsync(OrderName(target), JsonSerializer.Serialize(document, IssuingJson.Default.OrderDocument), cancellationToken);

    public async Task<CertificateDocument?> ReadCertificateAsync(IssueTarget target, CancellationToken cancellationToken) =>
        Parse(await store.ReadAsync(CertificateName(target), cancellationToken).ConfigureAwait(false), IssuingJson.Default.CertificateDocument) is { Chain: not null, PrivateKey: not null } document ? document : null;

    public Task WriteCertificateAsync(IssueTarget target, CertificateDocument document, CancellationToken cancellationToken) =>
        store.WriteAsync(CertificateName(target), JsonSerializer.Serialize(document, IssuingJson.Default.CertificateDocument), cancellationToken);

    private static string OrderName(IssueTarget target) => $"order-{target.Id}";

    private static string CertificateName(IssueTarget target) => $"certificate-{target.Id}";

    private static T? Parse<T>(string? text, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize(text, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
