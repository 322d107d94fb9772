using Nexus.Acme.Issuing;

namespace Nexus.Certs.Sharing;

/// <summary>
/// Account, orders and certificates of several Certs: all read them, and only the one that holds the lease at that moment writes; and, without a turn, who
/// was told to by hand.
/// </summary>
internal sealed class SharedIssuing(SharedEntries entries, IssuingTurn? turn = null) : IIssuingStore
{
    public Task<string?> ReadAsync(string name, CancellationToken cancellationToken) => entries.TryReadAsync(name, cancellationToken);

    public async Task WriteAsync(string name, string text, CancellationToken cancellationToken)
    {
        if (turn is null) await entries.WriteAsync(name, text, lifetime: null, cancellationToken);
        else if (!await entries.TryWriteAsOwnerAsync(turn.Owner, name, text, cancellationToken)) throw new SharedStoreException("Another Certs issues now.");
    }
}
