namespace Nexus.Testing;

/// <summary>One measurement of one instrument.</summary>
public sealed record CollectedMeasurement(string Instrument, double Value, IReadOnlyDictionary<string, object?> Tags)
{
    /// <summary>Whether all the given tags are there with these values (compared as text); others may be there too.</summary>
    public bool HasTags(params ReadOnlySpan<(string Name, object? Value)> tags)
    {
        foreach (var (name, value) in tags)
        {
            if (!Tags.TryGetValue(name, out var actual) || actual?.ToString() != value?.ToString()) return false;
        }

        return true;
    }
}
