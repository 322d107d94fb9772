namespace Nexus.Acme.Transport;

/// <summary>Link fields, RFC 8288 §3: <c>&lt;address&gt;;rel="alternate"</c>, several in a field or several fields.</summary>
internal static class LinkField
{
    /// <summary>The targets of one relation, at most <paramref name="max"/>, as they are written. What cannot be read is left out.</summary>
    public static IReadOnlyList<string> Find(IEnumerable<string> fields, string relation, int max)
    {
        var found = new List<string>();
        foreach (var field in fields) Add(field, relation, max, found);
        return found;
    }

    private static void Add(ReadOnlySpan<char> field, string relation, int max, List<string> found)
    {
        while (found.Count < max)
        {
            var start = field.IndexOf('<');
            if (start < 0) return;
            field = field[(start + 1)..];
            var end = field.IndexOf('>');
            if (end < 0) return;
            var target = field[..end];
            field = field[(end + 1)..];
            if (TakeParameters(ref field, relation)) found.Add(target.ToString());
        }
    }

    // Up to the comma that begins the next link; commas inside quotes belong to a value.
    private static bool TakeParameters(ref ReadOnlySpan<char> field, string relation)
    {
        var isQuoted = false;
        var length = 0;
        for (; length < field.Length; length++)
        {
            if (field[length] == '"') isQuoted = !isQuoted;
            if (field[length] == ',' && !isQuoted) break;
        }

        var parameters = field[..length];
        field = field[length..];
        foreach (var part in parameters.Split(';'))
        {
            var parameter = parameters[part].Trim();
            var equals = parameter.IndexOf('=');
            if (equals < 0 || !parameter[..equals].Trim().Equals("rel", StringComparison.OrdinalIgnoreCase)) continue;
            return HasRelation(parameter[(equals + 1)..].Trim().Trim('"'), relation);
        }

        return false;
    }

    private static bool HasRelation(ReadOnlySpan<char> value, string relation)
    {
        foreach (var part in value.Split(' '))
        {
            if (value[part].Equals(relation, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
