namespace Nexus.Acme.Issuing;

/// <summary>Counts the orders of each name within an hour, also those before a restart.</summary>
internal sealed class OrderLedger(IssuingDocuments documents, int maxPerHour, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_window = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Notes an order before it is placed, so that a kill in between does not lose it. Null when it may be placed, else when it may.</summary>
    public async Task<DateTimeOffset?> TryTakeAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow().ToUnixTimeSeconds();
            var since = now - (long)s_window.TotalSeconds;
            var ledger = await documents.ReadLedgerAsync(cancellationToken).ConfigureAwait(false);
            // A clock that was set back leaves times in the future, which would count for longer than an hour.
            var recent = ledger.Orders.Select(entry => (entry.Key, Times: (entry.Value ?? []).Where(at => at > since && at <= now).Order().ToList()))
                .Where(entry => entry.Times.Count > 0).ToDictionary(entry => entry.Key, entry => entry.Times);
            var full = names.Where(name => recent.TryGetValue(name, out var times) && times.Count >= maxPerHour).ToList();
            if (full.Count > 0) return DateTimeOffset.FromUnixTimeSeconds(full.Max(name => recent[name][^maxPerHour])) + s_window + TimeSpan.FromSeconds(1);
            foreach (var name in names)
            {
                if (!recent.TryGetValue(name, out var times)) recent[name] = times = [];
                times.Add(now);
            }

            await documents.WriteLedgerAsync(new(recent), cancellationToken).ConfigureAwait(false);
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
