namespace Nexus.Mesh.Peering.Trust;

/// <summary>
/// The domains that peers' certificates must be for. The original compares plain text, so that "evilhub.test" passes for "hub.test"
/// (spec/node.md §14, 24); here a suffix begins where a label does.
/// </summary>
/// <param name="suffixes">"hub.test": that name and everything below it. ".hub.test": only what is below it.</param>
internal sealed class DomainSuffixes(IEnumerable<string> suffixes)
{
    private readonly string[] _suffixes = [.. suffixes.Select(suffix => suffix.Trim().TrimEnd('.')).Where(suffix => suffix.Trim('.').Length > 0)];

    /// <summary>Whether a certificate for this name may be a peer's. A wildcard's name stands for what it covers, which is below the same suffix.</summary>
    public bool Covers(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var bare = name.TrimEnd('.');
        return Array.Exists(_suffixes, suffix => IsBelow(bare, suffix) || (suffix[0] != '.' && bare.Equals(suffix, StringComparison.OrdinalIgnoreCase)));
    }

    private static bool IsBelow(string name, string suffix)
    {
        if (!name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) || name.Length == suffix.Length) return false;
        return suffix[0] == '.' || name[name.Length - suffix.Length - 1] == '.';
    }
}
