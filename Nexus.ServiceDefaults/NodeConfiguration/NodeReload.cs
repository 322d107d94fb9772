namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>What came of reading the file again.</summary>
/// <param name="Problems">Why it was refused; the file before stays in force. Empty when it was taken.</param>
/// <param name="InEffect">The changed keys of this service that took effect.</param>
/// <param name="NeedRestart">Its changed keys that take effect with the next start.</param>
internal sealed record NodeReload(IReadOnlyList<string> Problems, IReadOnlyList<string> InEffect, IReadOnlyList<string> NeedRestart)
{
    public bool IsRefused => Problems.Count > 0;
}
