namespace Nexus.SystemTests.Golden.Recordings;

/// <summary>The recorded programs' YAML as far as these tests need it: top-level keys with a scalar or a list of scalars.</summary>
internal sealed class RecordedConfig
{
    private readonly Dictionary<string, List<string>> _values = [];

    public RecordedConfig(string yaml)
    {
        List<string> current = [];
        foreach (var line in yaml.Split('\n'))
        {
            if (line.StartsWith("  - ", StringComparison.Ordinal)) current.Add(Unquote(line[4..]));
            if (line.Length == 0 || !char.IsLetter(line[0])) continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            current = _values[line[..colon]] = [];
            if (Unquote(line[(colon + 1)..]) is { Length: > 0 } scalar) current.Add(scalar);
        }
    }

    public IReadOnlyList<string> List(string key) => _values.GetValueOrDefault(key) ?? [];

    public string? Scalar(string key) => List(key) is [var only] ? only : null;

    private static string Unquote(string text) => text.Trim().Trim('"');
}
