namespace Nexus.Hub.Bandwidth;

/// <summary>
/// A place in the tree of shares (all, backend, stream, direction). Those below it that wait take turns by deficit round
/// robin: each gets a quantum per round and is served until it is used up, so bytes are split evenly, not frames. Every
/// step is O(1). Not synchronised.
/// </summary>
internal sealed class ShareNode
{
    private readonly ShareNode? _parent;
    private readonly int _quantum;
    private readonly LinkedListNode<ShareNode> _place;
    private readonly LinkedList<ShareNode> _round = [];
    private long _deficit;

    /// <param name="parent">Null for the root.</param>
    /// <param name="quantum">Bytes of one turn among its siblings.</param>
    /// <param name="claim">What a leaf stands for.</param>
    public ShareNode(ShareNode? parent, int quantum, BandwidthClaim? claim = null)
    {
        _parent = parent;
        _quantum = quantum;
        _place = new(this);
        Claim = claim;
    }

    public BandwidthClaim? Claim { get; }

    /// <summary>Whether somebody below waits.</summary>
    public bool HasWaiting => _round.Count > 0;

    /// <summary>The leaf waits from now on.</summary>
    public void Join()
    {
        for (var node = this; node._parent is { } parent; node = parent)
        {
            var wasWaiting = parent.HasWaiting;
            // Who comes back with a rest of its quantum goes on where it was: a stream claims again only after its last claim.
            if (node._deficit > 0) parent._round.AddFirst(node._place);
            else parent._round.AddLast(node._place);
            if (wasWaiting) return;
        }
    }

    /// <summary>The leaf waits no longer.</summary>
    public void Leave()
    {
        for (var node = this; node._parent is { } parent; node = parent)
        {
            parent._round.Remove(node._place);
            if (parent.HasWaiting) return;
        }
    }

    /// <summary>Whose turn it is, below a node where somebody waits. Who is served is charged next.</summary>
    public BandwidthClaim? Next()
    {
        var node = this;
        while (node._round.First is { Value: var first })
        {
            if (first._deficit <= 0) first._deficit += first._quantum; // its turn begins
            if (first._deficit > 0) node = first;
            else first.EndTurn(); // its last frame was larger than a quantum: not this time
        }

        return node.Claim;
    }

    /// <summary>The leaf was served.</summary>
    public void Charge(int bytes)
    {
        for (var node = this; node._parent is { } parent; node = parent)
        {
            node._deficit -= bytes;
            if (node._deficit <= 0) node.EndTurn();
        }
    }

    /// <summary>The leaf gave back. Nobody saves more than a quantum.</summary>
    public void Refund(int bytes)
    {
        for (var node = this; node._parent is { } parent; node = parent) node._deficit = Math.Min(node._quantum, node._deficit + bytes);
    }

    private void EndTurn()
    {
        if (_place.List is not { } round) return;
        round.Remove(_place);
        round.AddLast(_place);
    }
}
