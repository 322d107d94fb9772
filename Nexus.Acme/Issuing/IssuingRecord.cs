namespace Nexus.Acme.Issuing;

/// <summary>The document of one set of names while an attempt works on it; what is changed is stored before anything else happens.</summary>
internal sealed class IssuingRecord(IssuingDocuments documents, IssueTarget target, OrderDocument document)
{
    public OrderDocument Document { get; private set; } = document;

    public IssueTarget Target => target;

    public Task PlacedAsync(Uri account, Uri order, string privateKey, CancellationToken cancellationToken) => ChangeAsync(
        Document with { Account = account.AbsoluteUri, Order = order.AbsoluteUri, PrivateKey = privateKey, OrderFailures = 0 }, cancellationToken);

    /// <summary>The order is gone.</summary>
    public Task DropAsync(CancellationToken cancellationToken) => ChangeAsync(WithoutOrder(Document), cancellationToken);

    /// <summary>The order is gone because a proof failed.</summary>
    public Task ProofFailedAsync(string error, CancellationToken cancellationToken) => ChangeAsync(
        WithoutOrder(Document) with { ProofFailures = Document.ProofFailures + 1, LastError = error }, cancellationToken);

    public Task FailedAsync(string error, bool isFailedProof, bool keepsOrder, DateTimeOffset retryAt, CancellationToken cancellationToken)
    {
        var document = keepsOrder ? Document with { OrderFailures = Document.OrderFailures + 1 } : WithoutOrder(Document);
        var proofs = isFailedProof ? Document.ProofFailures + 1 : Document.ProofFailures;
        return ChangeAsync(document with { Failures = Document.Failures + 1, ProofFailures = proofs, RetryAt = retryAt, LastError = error }, cancellationToken);
    }

    /// <summary>The certificate is stored.</summary>
    public Task IssuedAsync(CancellationToken cancellationToken) =>
        ChangeAsync(new OrderDocument { Names = target.Names, ProofFailures = Document.ProofFailures % 2 }, cancellationToken);

    private static OrderDocument WithoutOrder(OrderDocument document) => document with { Account = null, Order = null, PrivateKey = null, OrderFailures = 0 };

    private async Task ChangeAsync(OrderDocument changed, CancellationToken cancellationToken)
    {
        await documents.WriteOrderAsync(target, changed, cancellationToken).ConfigureAwait(false);
        Document = changed;
    }
}
