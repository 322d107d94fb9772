using System.Globalization;

namespace Nexus.Benchmarks;

/// <summary><c>--name value</c>, any number of times; what was not given has a default.</summary>
internal sealed class NamedArguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private NamedArguments()
    {
    }

    /// <exception cref="FormatException">A name is unknown or has no value.</exception>
    public static NamedArguments Parse(IReadOnlyList<string> arguments, params ReadOnlySpan<string> known)
    {
        var parsed = new NamedArguments();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (!known.Contains(arguments[i]) || i + 1 == arguments.Count) throw new FormatException($"{arguments[i]}: unknown, or without a value.");
            parsed._values[arguments[i]] = arguments[i + 1];
        }

        return parsed;
    }

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public int Number(string name, int otherwise) => _values.TryGetValue(name, out var value) ? Read(value) : otherwise;

    public IReadOnlyList<int> Numbers(string name, params IReadOnlyList<int> otherwise) =>
        _values.TryGetValue(name, out var value) ? [.. value.Split(',').Select(Read)] : otherwise;

    private static int Read(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new FormatException($"{value} is no number.");
}
