using Nexus.Yaml;

namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>Who may read a file with secrets.</summary>
internal static class FileAccess
{
    /// <summary>Warns the service that uses the secrets when everybody on the machine may read them.</summary>
    public static IEnumerable<SourceProblem> FindWarnings(string path, NodeKeyMap map, NodeValues values)
    {
        if (OperatingSystem.IsWindows()) yield break;
        var secret = NodeSchema.Keys.FirstOrDefault(key => key.IsSecret && map.IsUsed(key.Name) && values.Has(key.Name));
        if (secret is not null && IsForEverybody(path)) yield return new("", $"everybody on this machine can read it, and {secret.Name} with it; chmod 640 closes it.");
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static bool IsForEverybody(string path)
    {
        try
        {
            return File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return false; // it was there when it was read
        }
    }
}
