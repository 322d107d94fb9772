namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>What one connection has offered and handed over, by number. Each of them has one end.</summary>
internal sealed class HandOverLedger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, HandOverOffer> _offers = [];
    private readonly Dictionary<ulong, IHandedOver> _streams = [];
    private ulong _lastId;
    private bool _isClosed;
    private bool _isLeaving;

    /// <summary>Whether nothing more is offered.</summary>
    public bool IsClosed
    {
        get { lock (_gate) return _isClosed; }
    }

    /// <summary>Whether the target has nothing to say.</summary>
    public bool IsEmpty
    {
        get { lock (_gate) return _streams.Count == 0 && _offers.Count == 0; }
    }

    /// <summary>The number of the next offer, above 0.</summary>
    public ulong NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>False when it is too late for any.</summary>
    public bool TryAdd(ulong id, HandOverOffer offer)
    {
        lock (_gate)
        {
            if (_isClosed) return false;
            _offers.Add(id, offer);
            return true;
        }
    }

    /// <summary>False when there is no such offer.</summary>
    public bool TryAccept(ulong id)
    {
        lock (_gate)
        {
            if (!_offers.Remove(id, out var offer)) return false;
            if (!_isLeaving || !offer.Stream.TryLeave()) _streams.Add(id, offer.Stream);
            offer.Accept();
            return true;
        }
    }

    /// <summary>False when there is no such offer.</summary>
    public bool TryRefuse(ulong id, HandOverAnswer refusal)
    {
        HandOverOffer? offer;
        lock (_gate)
        {
            if (!_offers.Remove(id, out offer)) return false;
        }

        offer.Refuse(refusal);
        return true;
    }

    /// <summary>Null for one that nobody waits for any more.</summary>
    public IHandedOver? Find(ulong id)
    {
        lock (_gate) return _streams.GetValueOrDefault(id);
    }

    /// <summary>One that nobody waits for any more is not known here.</summary>
    public void End(ulong id, HandOverEnd end)
    {
        IHandedOver? stream;
        lock (_gate) _streams.Remove(id, out stream);
        stream?.End(end);
    }

    /// <summary>Ends all streams that go on without the caller, and from now on such as are accepted.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _isLeaving = true;
            foreach (var (id, stream) in _streams)
            {
                if (stream.TryLeave()) _streams.Remove(id);
            }
        }
    }

    /// <summary>Nothing more is offered; what was may still be answered.</summary>
    public void Close()
    {
        lock (_gate) _isClosed = true;
    }

    /// <summary>Nothing more is heard of anything.</summary>
    public void EndAll(HandOverAnswer refusal, bool isTargetSilent)
    {
        HandOverOffer[] offers;
        IHandedOver[] streams;
        lock (_gate)
        {
            _isClosed = true;
            offers = [.. _offers.Values];
            streams = [.. _streams.Values];
            _offers.Clear();
            _streams.Clear();
        }

        foreach (var offer in offers) offer.Refuse(refusal);
        foreach (var stream in streams) stream.Lose(isTargetSilent);
    }
}
