using System.Diagnostics.CodeAnalysis;

namespace Nexus.ServiceDefaults;

/// <summary>Finds what is wrong with one section of the configuration.</summary>
internal abstract class OptionsCheck(string section)
{
    protected string Section => section;

    public abstract IEnumerable<string> FindFailures(IServiceProvider services);

    /// <summary>Turns a validator's text ("Property Port: …", "Port: …") into one that starts with the key's path.</summary>
    [return: NotNullIfNotNull(nameof(failure))]
    public static string? WithPath(string section, string? failure)
    {
        if (failure is null) return null;
        const string Property = "Property ";
        var text = failure.StartsWith(Property, StringComparison.Ordinal) ? failure[Property.Length..] : failure;
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        var isMember = colon > 0 && text.AsSpan(0, colon).IndexOfAny(' ', '\'') < 0;
        return isMember ? $"{section}:{text.AsSpan(0, colon)}: {text.AsSpan(colon + 2)}" : $"{section}: {text}";
    }
}
