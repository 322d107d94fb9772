namespace Nexus.Yaml;

/// <summary>Reads typed values from the file's nodes, and remembers where each path stands and everything that does not fit.</summary>
internal sealed class FieldReader
{
    private readonly List<SourceProblem> _problems = [];
    private readonly List<SourceProblem> _warnings = [];
    private readonly Dictionary<string, SourcePosition> _positions = [];

    public IReadOnlyList<SourceProblem> Problems => _problems;

    public IReadOnlyList<SourceProblem> Warnings => _warnings;

    /// <summary>Where the path stands; for a path that is not in the file, where its parent stands.</summary>
    public SourcePosition? Find(string path)
    {
        while (path.Length > 0)
        {
            if (_positions.TryGetValue(path, out var position)) return position;
            path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
        }

        return null;
    }

    public void Refuse(string path, SourceNode node, string message) => _problems.Add(new(path, message, node.Position));

    public void Warn(string path, SourceNode node, string message) => _warnings.Add(new(path, message, node.Position));

    /// <summary>Hands each key of a mapping to <paramref name="field"/>; a key that it does not know is a problem.</summary>
    public void ReadMapping(string path, SourceNode node, Func<string, string, SourceNode, bool> field)
    {
        Note(path, node);
        if (IsNull(node)) return;
        if (node is not SourceMapping mapping)
        {
            Refuse(path, node, "must be a mapping.");
            return;
        }

        foreach (var (key, value) in mapping.Entries)
        {
            var fieldPath = path.Length == 0 ? key.Text : $"{path}.{key.Text}";
            Note(fieldPath, value);
            if (!field(key.Text, fieldPath, value)) Refuse(fieldPath, key, "there is no such key.");
        }
    }

    public List<T> ReadList<T>(string path, SourceNode node, Func<string, SourceNode, T> item)
    {
        if (IsNull(node)) return [];
        if (node is SourceSequence sequence) return [.. sequence.Items.Select((value, index) => item(Note($"{path}[{index}]", value), value))];
        Refuse(path, node, "must be a list.");
        return [];
    }

    public List<string> ReadStrings(string path, SourceNode node) => ReadList(path, node, ReadString);

    public List<int> ReadInts(string path, SourceNode node) => ReadList(path, node, ReadInt);

    public Dictionary<string, string> ReadStringMap(string path, SourceNode node) => ReadMap(path, node, ReadString);

    public Dictionary<string, T> ReadMap<T>(string path, SourceNode node, Func<string, SourceNode, T> item)
    {
        var map = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var (key, value) in ReadEntries(path, node))
        {
            var at = Note($"{path}[{key.Text}]", value);
            map[key.Text] = item(at, value);
        }

        return map;
    }

    public Dictionary<int, T> ReadIntMap<T>(string path, SourceNode node, Func<string, SourceNode, T> item)
    {
        var map = new Dictionary<int, T>();
        foreach (var (key, value) in ReadEntries(path, node))
        {
            if (!ScalarValues.TryReadInt(key, out var number))
            {
                Refuse(path, key, $"the key \"{key.Text}\" must be a number without quotes.");
                continue;
            }

            map[number] = item(Note($"{path}[{number}]", value), value);
        }

        return map;
    }

    public string ReadString(string path, SourceNode node)
    {
        if (IsNull(node)) return "";
        if (node is SourceScalar scalar) return scalar.Text;
        Refuse(path, node, "must be a text.");
        return "";
    }

    public int ReadInt(string path, SourceNode node)
    {
        if (IsNull(node)) return 0;
        if (node is SourceScalar scalar && ScalarValues.TryReadInt(scalar, out var value)) return value;
        Refuse(path, node, "must be a whole number without quotes.");
        return 0;
    }

    public bool ReadBool(string path, SourceNode node)
    {
        if (IsNull(node)) return false;
        if (node is SourceScalar scalar && ScalarValues.TryReadBool(scalar, out var value)) return value;
        Refuse(path, node, "must be true or false, without quotes.");
        return false;
    }

    public static bool IsNull(SourceNode node) => node is SourceScalar { IsNull: true };

    private IReadOnlyList<KeyValuePair<SourceScalar, SourceNode>> ReadEntries(string path, SourceNode node)
    {
        if (node is SourceMapping mapping) return mapping.Entries;
        if (!IsNull(node)) Refuse(path, node, "must be a mapping.");
        return [];
    }

    private string Note(string path, SourceNode node)
    {
        if (path.Length > 0) _positions[path] = node.Position;
        return path;
    }
}
