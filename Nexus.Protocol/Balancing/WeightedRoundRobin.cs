using System.Diagnostics.CodeAnalysis;

namespace Nexus.Protocol.Balancing;

/// <summary>
/// Deals turns to items in proportion to their weights, in the order of the classic weighted round robin with a falling
/// threshold. Thread-safe; a removed item is never returned by a call that starts after its removal.
/// </summary>
/// <typeparam name="T">Compared with its default equality.</typeparam>
public sealed class WeightedRoundRobin<T>
    where T : notnull
{
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];
    private int _index = -1;
    private int _threshold;
    private int _step;
    private int _maxWeight;
    private long _totalWeight;

    /// <summary>Items now in turn.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    /// <summary>Sum of their weights.</summary>
    public long TotalWeight
    {
        get
        {
            lock (_lock) return _totalWeight;
        }
    }

    /// <summary>Adds an item at the end. An item may be in turn more than once.</summary>
    /// <param name="item">Who gets turns.</param>
    /// <param name="weight">Turns per round; less than 1 counts as 1.</param>
    public void Add(T item, int weight)
    {
        lock (_lock)
        {
            _entries.Add(new Entry(item, Math.Max(weight, 1)));
            Recompute();
        }
    }

    /// <summary>Removes the first occurrence; the last item takes its place. False when there is none.</summary>
    public bool Remove(T item)
    {
        lock (_lock)
        {
            var at = _entries.FindIndex(entry => EqualityComparer<T>.Default.Equals(entry.Item, item));
            if (at < 0) return false;
            _entries[at] = _entries[^1];
            _entries.RemoveAt(_entries.Count - 1);
            Recompute();
            return true;
        }
    }

    /// <summary>The item whose turn it is; false when there is none. A single item is returned without moving the turn.</summary>
    public bool TryNext([MaybeNullWhen(false)] out T item)
    {
        lock (_lock)
        {
            item = default;
            if (_entries.Count == 0) return false;
            item = _entries.Count == 1 ? _entries[0].Item : Select();
            return true;
        }
    }

    /// <summary>Ends within two passes: the threshold is brought down to the greatest weight at the start of a pass, and that item then qualifies.</summary>
    private T Select()
    {
        while (true)
        {
            _index = (_index + 1) % _entries.Count;
            if (_index == 0)
            {
                LowerThreshold();
            }

            if (_entries[_index].Weight >= _threshold) return _entries[_index].Item;
        }
    }

    /// <summary>
    /// One step down. After the removal of a heavy item the threshold may lie far above every weight; the passes that would
    /// select nobody are skipped in one go, with the same result.
    /// </summary>
    private void LowerThreshold()
    {
        _threshold -= _step;
        if (_threshold > _maxWeight) _threshold -= ((_threshold - _maxWeight - 1) / _step + 1) * _step;
        if (_threshold <= 0) _threshold = _maxWeight;
    }

    private void Recompute()
    {
        _step = 0;
        _maxWeight = 0;
        _totalWeight = 0;
        foreach (var entry in _entries)
        {
            _step = GreatestCommonDivisor(_step, entry.Weight);
            _maxWeight = Math.Max(_maxWeight, entry.Weight);
            _totalWeight += entry.Weight;
        }
    }

    private static int GreatestCommonDivisor(int left, int right)
    {
        while (right != 0) (left, right) = (right, left % right);
        return left;
    }

    private readonly record struct Entry(T Item, int Weight);
}
