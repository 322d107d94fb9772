namespace Nexus.Benchmarks.Field.Load;

/// <summary>Counts failures and remembers the first few.</summary>
internal sealed class LoadErrors
{
    private const int MaxRemembered = 10;

    private readonly Lock _lock = new();
    private readonly List<string> _first = [];
    private int _count;

    public int Count
    {
        get
        {
            lock (_lock) return _count;
        }
    }

    public IReadOnlyList<string> First
    {
        get
        {
            lock (_lock) return [.. _first];
        }
    }

    public void Add(string what)
    {
        lock (_lock)
        {
            _count++;
            if (_first.Count < MaxRemembered) _first.Add(what);
        }
    }
}
