using Nexus.Yaml;

namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>Who may read a file with secrets, and who may have put it there.</summary>
internal static class FileAccess
{
    /// <summary>Warns the service that uses the secrets when everybody on the machine may read them.</summary>
    public static IEnumerable<SourceProblem> FindWarnings(string path, NodeKeyMap map, NodeValues values)
    {
        if (OperatingSystem.IsWindows()) yield break;
        var secret = NodeSchema.Keys.FirstOrDefault(key => key.IsSecret && map.IsUsed(key.Name) && values.Has(key.Name));
        if (secret is not null && Allows(path, UnixFileMode.OtherRead)) yield return new("", $"everybody on this machine can read it, and {secret.Name} with it; chmod 640 closes it.");
    }

    /// <summary>
    /// Whether anybody on the machine may have written the file, as in /tmp: a file that nobody named must not come from a stranger,
    /// who would choose the secrets.
    /// </summary>
    public static bool IsAnybodys(string path) =>
        !OperatingSystem.IsWindows() && (Allows(path, UnixFileMode.OtherWrite) || (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && Allows(folder, UnixFileMode.OtherWrite)));

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static bool Allows(string path, UnixFileMode right)
    {
        try
        {
            return File.GetUnixFileMode(path).HasFlag(right);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return false; // it was there when it was read
        }
    }
}
