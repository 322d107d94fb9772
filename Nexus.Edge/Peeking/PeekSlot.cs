namespace Nexus.Edge.Peeking;

/// <summary>The right to be peeked at; disposal gives it back.</summary>
internal sealed class PeekSlot(PeekSlots slots, ClientNetwork client) : IDisposable
{
    // Not disposed: it may be cancelled at any moment, and without a timer it holds nothing.
    private readonly CancellationTokenSource _withdrawn = new();

    public ClientNetwork Client => client;

    /// <summary>Fires when another client gets the slot.</summary>
    public CancellationToken Withdrawn => _withdrawn.Token;

    public void Dispose() => slots.Release(this);

    public void Withdraw() => _withdrawn.Cancel();
}
