using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Nexus.Yaml;

/// <summary>
/// Reads the first document of a YAML file: anchors, aliases and merge keys are resolved, a key that stands twice in a
/// mapping is an error.
/// </summary>
internal sealed class SourceReader
{
    private const int MaxDepth = 64;

    /// <summary>Values after every alias has been put in: without a bound a small file could become a very large one.</summary>
    private const int MaxNodes = 500_000;

    private const string MergeKey = "<<";
    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, (SourceNode Node, int Nodes)> _anchors = [];
    private int _depth;
    private int _nodes;

    private SourceReader(string text) => _parser = new(new StringReader(text));

    /// <returns>Null when the file holds no document (it is empty, or only comments).</returns>
    /// <exception cref="YamlException">The text is not YAML, or breaks one of the rules above.</exception>
    public static SourceNode? Read(string text)
    {
        var reader = new SourceReader(text.TrimStart('\uFEFF'));
        try
        {
            return reader.ReadDocument();
        }
        catch (Exception ex) when (ex is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // The parser's own slips over texts that are not YAML, such as "? a" inside of braces.
            var at = reader._parser.Current?.End ?? Mark.Empty;
            throw new YamlException(at, at, "There is something after this place that is not YAML.", ex);
        }
    }

    private SourceNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        return _parser.TryConsume<DocumentStart>(out _) ? ReadNode() : null;
    }

    private SourceNode ReadNode()
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            if (!_anchors.TryGetValue(alias.Value, out var known)) throw new YamlException(alias.Start, alias.End, "There is no anchor of this name.");
            Count(known.Nodes, alias.Start);
            return known.Node;
        }

        var before = _nodes;
        Count(1, _parser.Current?.Start ?? Mark.Empty);
        if (++_depth > MaxDepth) throw new YamlException(_parser.Current?.Start ?? Mark.Empty, Mark.Empty, $"More than {MaxDepth} levels are nested.");
        var anchor = (_parser.Current as NodeEvent)?.Anchor ?? AnchorName.Empty;
        SourceNode node = _parser.TryConsume<Scalar>(out var scalar) ? ReadScalar(scalar)
            : _parser.TryConsume<SequenceStart>(out var sequence) ? ReadSequence(sequence)
            : ReadMapping(_parser.Consume<MappingStart>());
        if (!anchor.IsEmpty) _anchors[anchor] = (node, _nodes - before);
        _depth--;
        return node;
    }

    private void Count(int nodes, Mark at)
    {
        _nodes += nodes; // both are below the bound, so this cannot overflow
        if (_nodes > MaxNodes) throw new YamlException(at, at, $"There are more than {MaxNodes} values, counted with what aliases stand for.");
    }

    private static SourceScalar ReadScalar(Scalar scalar)
    {
        // An explicit tag says more than quotes do: !!str 12 is a text, !!int "12" is a number.
        var tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
        var isPlain = tag.EndsWith(":int", StringComparison.Ordinal) || tag.EndsWith(":bool", StringComparison.Ordinal) || tag.EndsWith(":float", StringComparison.Ordinal)
            || (scalar.Style == ScalarStyle.Plain && !tag.EndsWith(":str", StringComparison.Ordinal));
        return new(scalar.Value, isPlain, PositionOf(scalar.Start));
    }

    private SourceSequence ReadSequence(SequenceStart start)
    {
        var items = new List<SourceNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(ReadNode());
        return new(items, PositionOf(start.Start));
    }

    private SourceMapping ReadMapping(MappingStart start)
    {
        var entries = new List<KeyValuePair<SourceScalar, SourceNode>>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var merges = new List<SourceMapping>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var at = _parser.Current?.Start ?? start.Start;
            if (ReadNode() is not SourceScalar key) throw new YamlException(at, at, "A key must be a scalar.");
            if (!keys.Add(key.Text)) throw new YamlException(at, at, $"The key \"{key.Text}\" stands here a second time.");
            var value = ReadNode();
            if (key is { Text: MergeKey, IsPlain: true }) AddMerges(merges, value, at);
            else entries.Add(new(key, value));
        }

        foreach (var merged in merges) entries.AddRange(merged.Entries.Where(entry => keys.Add(entry.Key.Text)));
        return new(entries, PositionOf(start.Start));
    }

    private static void AddMerges(List<SourceMapping> merges, SourceNode value, Mark at)
    {
        if (value is SourceMapping mapping) merges.Add(mapping);
        else if (value is SourceSequence sequence && sequence.Items.All(item => item is SourceMapping)) merges.AddRange(sequence.Items.Cast<SourceMapping>());
        else throw new YamlException(at, at, "A merge key needs a mapping or a list of mappings.");
    }

    private static SourcePosition PositionOf(Mark mark) => new(mark.Line, mark.Column);
}
