using System.Numerics;

namespace Nexus.Protocol.Tests.Balancing;

/// <summary>The rules of PROTOCOL.md word for word, as slow as they are.</summary>
internal sealed class LiteralRoundRobin
{
    private readonly List<(int Item, int Weight)> _entries = [];
    private int _i = -1;
    private int _cw;

    public void Add(int item, int weight) => _entries.Add((item, weight));

    public int? Any() => _entries.Count == 0 ? null : _entries[_entries.Count / 2].Item;

    public void Remove(int item)
    {
        var at = _entries.FindIndex(entry => entry.Item == item);
        _entries[at] = _entries[^1];
        _entries.RemoveAt(_entries.Count - 1);
    }

    public int? Next()
    {
        if (_entries.Count == 0) return null;
        if (_entries.Count == 1) return _entries[0].Item;
        var divisor = (int)_entries.Aggregate(BigInteger.Zero, (g, entry) => BigInteger.GreatestCommonDivisor(g, entry.Weight));
        while (true)
        {
            _i = (_i + 1) % _entries.Count;
            if (_i == 0 && (_cw -= divisor) <= 0) _cw = _entries.Max(entry => entry.Weight);
            if (_entries[_i].Weight >= _cw) return _entries[_i].Item;
        }
    }
}
