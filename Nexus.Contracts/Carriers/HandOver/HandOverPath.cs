using System.Globalization;
using System.Runtime.Versioning;
using System.Text;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>Where a target listens for sockets.</summary>
[SupportedOSPlatform("linux")]
public static class HandOverPath
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Whether the system takes it as the address of a socket.</summary>
    public static bool IsValid(string path) => Path.IsPathRooted(path) && Encoding.UTF8.GetByteCount(path) <= HandOverLimits.MaxPath && !path.Contains('\0', StringComparison.Ordinal);

    /// <summary>
    /// A path of this process in a folder that nobody else may enter: below XDG_RUNTIME_DIR, else /run, else the temporary folder.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be made, or somebody else has made it.</exception>
    public static string CreateDefault(string service)
    {
        var folder = FolderBelow(Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR")) ?? FolderBelow("/run")
            ?? Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"nexus-{LinuxSockets.UserId}"));
        Claim(folder);
        return Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{service}-{Environment.ProcessId}.sock"));
    }

    /// <summary>Makes the folder, or sees to it that it is ours alone.</summary>
    /// <exception cref="IOException">It is not.</exception>
    internal static void Claim(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder, OwnerOnly);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The folder {folder} cannot be made.", e);
        }

        if (LinuxSockets.Look(folder) is not { } found || !found.IsPrivateFolder(LinuxSockets.UserId)) throw new IOException($"The folder {folder} is not ours alone.");
    }

    /// <summary>Null when nothing can be made there.</summary>
    private static string? FolderBelow(string? parent)
    {
        if (string.IsNullOrEmpty(parent) || !Path.IsPathRooted(parent)) return null;
        var folder = Path.Combine(parent, "nexus");
        try
        {
            Claim(folder);
            return folder;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
