namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>What one connection has offered and handed over, by number. Each of them has one end.</summary>
internal sealed class HandOverLedger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, HandOverOffer> _offers = [];
    private readonly Dictionary<ulong, HandedOverStream> _streams = [];
    private ulong _lastId;
    private bool _isClosed;
    private bool _isLeaving;

    /// <summary>Whether nothing more is offered.</summary>
    public bool IsClosed
    {
        get { lock (_gate) return _isClosed; }
    }

    public int StreamCount
    {
        get { lock (_gate) return _streams.Count; }
    }

    /// <summary>The offer's number; null when it is too late for any.</summary>
    public ulong? TryAdd(HandOverOffer offer)
    {
        lock (_gate)
        {
            if (_isClosed) return null;
            _offers.Add(++_lastId, offer);
            return _lastId;
        }
    }

    /// <summary>It could not be sent.</summary>
    public void Withdraw(ulong id)
    {
        lock (_gate) _offers.Remove(id);
    }

    /// <summary>False when there is no such offer.</summary>
    public bool TryAccept(ulong id)
    {
        lock (_gate)
        {
            if (!_offers.Remove(id, out var offer)) return false;
            var stream = new HandedOverStream(offer.Connection);
            if (_isLeaving) stream.End(default, isTargetSilent: false);
            else _streams.Add(id, stream);
            offer.Accept(stream);
            return true;
        }
    }

    /// <summary>False when there is no such offer.</summary>
    public bool TryRefuse(ulong id, HandOverResult refusal)
    {
        HandOverOffer? offer;
        lock (_gate)
        {
            if (!_offers.Remove(id, out offer)) return false;
        }

        offer.Refuse(refusal);
        return true;
    }

    /// <summary>One that nobody waits for any more is not known here.</summary>
    public void End(ulong id, HandOverEnd end)
    {
        HandedOverStream? stream;
        lock (_gate) _streams.Remove(id, out stream);
        stream?.End(end, isTargetSilent: false);
    }

    /// <summary>Ends all streams as far as they concern the caller, and from now on whatever is accepted.</summary>
    public void Leave()
    {
        HandedOverStream[] streams;
        lock (_gate)
        {
            _isLeaving = true;
            streams = [.. _streams.Values];
            _streams.Clear();
        }

        foreach (var stream in streams) stream.End(default, isTargetSilent: false);
    }

    /// <summary>Nothing more is offered; what was may still be answered.</summary>
    public void Close()
    {
        lock (_gate) _isClosed = true;
    }

    /// <summary>Nothing more is heard of anything.</summary>
    public void EndAll(HandOverResult refusal, bool isTargetSilent)
    {
        HandOverOffer[] offers;
        HandedOverStream[] streams;
        lock (_gate)
        {
            _isClosed = true;
            offers = [.. _offers.Values];
            streams = [.. _streams.Values];
            _offers.Clear();
            _streams.Clear();
        }

        foreach (var offer in offers) offer.Refuse(refusal);
        foreach (var stream in streams) stream.End(default, isTargetSilent);
    }
}
