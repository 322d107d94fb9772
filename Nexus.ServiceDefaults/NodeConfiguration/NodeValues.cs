namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>The values of a file by key: int, bool, string, or a list of int or string. Absent is what is not there.</summary>
internal sealed class NodeValues
{
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    public IEnumerable<string> Keys => _values.Keys;

    public bool Has(string key) => _values.ContainsKey(key);

    public object? Find(string key) => _values.GetValueOrDefault(key);

    public void Set(string key, object value) => _values[key] = value;

    public int Number(string key, int otherwise = 0) => _values.GetValueOrDefault(key) is int number ? number : otherwise;

    public bool Flag(string key) => _values.GetValueOrDefault(key) is true;

    public string Text(string key) => _values.GetValueOrDefault(key) as string ?? "";

    public IReadOnlyList<int> Numbers(string key) => _values.GetValueOrDefault(key) as IReadOnlyList<int> ?? [];

    public NodeValues Copy()
    {
        var copy = new NodeValues();
        foreach (var (key, value) in _values) copy.Set(key, value);
        return copy;
    }

    /// <summary>Whether a key has the same value in both.</summary>
    public bool IsSame(NodeValues other, string key) => (Find(key), other.Find(key)) switch
    {
        (IReadOnlyList<int> a, IReadOnlyList<int> b) => a.SequenceEqual(b),
        (IReadOnlyList<string> a, IReadOnlyList<string> b) => a.SequenceEqual(b, StringComparer.Ordinal),
        var (a, b) => Equals(a, b),
    };
}
