using System.Globalization;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>Where a target listens for sockets.</summary>
[SupportedOSPlatform("linux")]
public static class HandOverPath
{
    private static readonly TimeSpan s_longestStart = TimeSpan.FromMinutes(1);

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Whether the system takes it as the address of a socket.</summary>
    public static bool IsValid(string path) => Path.IsPathRooted(path) && Encoding.UTF8.GetByteCount(path) <= HandOverLimits.MaxPath && !path.Contains('\0', StringComparison.Ordinal);

    /// <summary>
    /// A path of this process in a folder that nobody else may enter: below XDG_RUNTIME_DIR, else /run, else the temporary folder.
    /// What processes that were killed have left there is removed.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be made, or somebody else has made it.</exception>
    public static string CreateDefault(string service, TimeProvider time)
    {
        var folder = FolderBelow(Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR")) ?? FolderBelow("/run")
            ?? Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"nexus-{LinuxSockets.UserId}"));
        Claim(folder);
        Sweep(folder, service, time);
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

    /// <summary>Removes sockets that nobody listens at.</summary>
    internal static void Sweep(string folder, string service, TimeProvider time)
    {
        foreach (var path in Directory.EnumerateFiles(folder, service + "-*.sock"))
        {
            // Between bind and listen one looks dead, too.
            if (time.GetUtcNow() - File.GetLastWriteTimeUtc(path) > s_longestStart && IsDead(path)) File.Delete(path);
        }
    }

    /// <summary>Whether it is a socket of ours that nobody listens at.</summary>
    internal static bool IsDead(string path)
    {
        if (LinuxSockets.Look(path) is not { IsSocket: true } found || found.User != LinuxSockets.UserId) return false;
        using var probe = HandOverSocket.Create();
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused;
        }
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
