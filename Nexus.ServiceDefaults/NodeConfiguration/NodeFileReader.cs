using System.Globalization;
using Nexus.Yaml;

namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>Reads <c>config.yaml</c> of a node. Like the original: a wrong type is an error, an unknown key is none.</summary>
internal sealed class NodeFileReader
{
    private const int MaxUnknown = 20;
    private const int MaxShown = 64;
    private readonly FieldReader _fields = new();
    private readonly NodeValues _values = new();
    private bool _hasClientKey;
    private int _unknown;

    private NodeFileReader()
    {
    }

    public static NodeFile Parse(string text)
    {
        if (!SourceFile.TryParse(text, out var root, out var problem)) return NodeFile.Unreadable(problem);
        var reader = new NodeFileReader();
        reader.ReadMapping("", root);
        if (reader._hasClientKey && !reader._values.Keys.Any())
        {
            return NodeFile.Unreadable(new("", "is a file of the client (nexus run), not of a node.", root.Position)) with { IsOfClient = true };
        }

        return new()
        {
            Values = NodeDefaults.Complete(reader._values),
            Problems = [.. reader._fields.Problems, .. NodeRules.FindProblems(reader._values).Select(reader.Place)],
            Warnings = [.. reader._fields.Warnings, .. NodeRules.FindWarnings(reader._values).Select(reader.Place)],
            Find = reader._fields.Find,
        };
    }

    private SourceProblem Place(SourceProblem problem) => problem with { Position = _fields.Find(problem.Path) };

    private void ReadMapping(string path, SourceNode node) => _fields.ReadMapping(path, node, (key, at, value) =>
    {
        if (NodeSchema.Find(at) is { } known) ReadKey(known, value);
        else if (NodeSchema.IsGroup(at)) ReadMapping(at, value);
        else WarnOfUnknown(at, value);
        _hasClientKey |= at == NodeSchema.ClientKey;
        return true;
    });

    private void WarnOfUnknown(string path, SourceNode node)
    {
        // A file may hold any number of them; what is written into a log must not grow with it.
        if (++_unknown > MaxUnknown) return;
        var meant = NodeSchema.FindSimilar(path) is { } similar ? $" Did you mean {similar}?" : "";
        var shown = string.Concat(path.Take(MaxShown).Select(letter => char.IsControl(letter) ? '?' : letter));
        _fields.Warn(shown, node, $"is not a key of a node and is ignored.{meant}");
        if (_unknown == MaxUnknown) _fields.Warn("", node, "more unknown keys are not listed.");
    }

    private void ReadKey(NodeKey key, SourceNode node)
    {
        if (FieldReader.IsNull(node)) return;
        var before = _fields.Problems.Count;
        var value = Read(key, node);
        if (_fields.Problems.Count == before && value is not null) _values.Set(key.Name, value);
    }

    /// <summary>Null: as if it were absent.</summary>
    private object? Read(NodeKey key, SourceNode node) => key.Kind switch
    {
        NodeKeyKind.Flag => _fields.ReadBool(key.Name, node),
        NodeKeyKind.Number or NodeKeyKind.Seconds => ReadNumber(key, node),
        NodeKeyKind.Ports => _fields.ReadList(key.Name, node, (path, item) => ReadPort(key, path, item)) is { Count: > 0 } ports ? CheckPorts(key, node, ports) : null,
        NodeKeyKind.Texts or NodeKeyKind.Secrets => _fields.ReadList(key.Name, node, ReadItem) is { Count: > 0 } texts ? texts : null,
        NodeKeyKind.Address => ReadAddress(key, node),
        NodeKeyKind.Url => ReadUrl(key, node),
        _ => _fields.ReadString(key.Name, node) is { Length: > 0 } text ? text : null,
    };

    private int? ReadNumber(NodeKey key, SourceNode node)
    {
        var number = _fields.ReadInt(key.Name, node);
        if (number == 0 && key.IsZeroDefault) return null;
        CheckRange(key, key.Name, node, number);
        return number;
    }

    private int ReadPort(NodeKey key, string path, SourceNode node)
    {
        var before = _fields.Problems.Count;
        var port = _fields.ReadInt(path, node);
        if (_fields.Problems.Count == before) CheckRange(key, path, node, port);
        return port;
    }

    private List<int> CheckPorts(NodeKey key, SourceNode node, List<int> ports)
    {
        foreach (var twice in ports.Where(port => port != 0).GroupBy(port => port).Where(same => same.Count() > 1))
        {
            _fields.Refuse(key.Name, node, string.Create(CultureInfo.InvariantCulture, $"the port {twice.Key} stands in it twice."));
        }

        return ports;
    }

    private string ReadItem(string path, SourceNode node)
    {
        var before = _fields.Problems.Count;
        var text = _fields.ReadString(path, node);
        if (text.Length == 0 && _fields.Problems.Count == before) _fields.Refuse(path, node, "must not be empty.");
        return text;
    }

    private string? ReadAddress(NodeKey key, SourceNode node)
    {
        var text = _fields.ReadString(key.Name, node);
        if (text.Length == 0) return null;
        if (ListenAddress.TryParse(text, out var endPoint, out var problem)) return endPoint.ToString();
        _fields.Refuse(key.Name, node, problem);
        return null;
    }

    private string? ReadUrl(NodeKey key, SourceNode node)
    {
        var text = _fields.ReadString(key.Name, node);
        if (text.Length == 0) return null;
        var isUrl = Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0;
        if (!isUrl) _fields.Refuse(key.Name, node, "must be an address that starts with https:// or http://.");
        return text;
    }

    private void CheckRange(NodeKey key, string path, SourceNode node, int number)
    {
        if (number < key.Min || number > key.Max) _fields.Refuse(path, node, string.Create(CultureInfo.InvariantCulture, $"must be between {key.Min} and {key.Max}."));
    }
}
