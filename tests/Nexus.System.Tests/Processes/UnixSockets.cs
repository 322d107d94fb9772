using System.Globalization;

namespace Nexus.SystemTests.Processes;

/// <summary>The Unix-domain sockets of a process, as /proc has them.</summary>
internal static class UnixSockets
{
    private const string Stream = "0001"; // SOCK_STREAM

    /// <summary>Stream sockets without a path: ends of pairs.</summary>
    public static async Task<int> CountUnnamedAsync(int process)
    {
        // Num RefCount Protocol Flags Type St Inode Path
        var lines = await File.ReadAllLinesAsync("/proc/net/unix", TestContext.Current.CancellationToken);
        var unnamed = lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length == 7 && fields[4] == Stream)
            .Select(fields => string.Create(CultureInfo.InvariantCulture, $"socket:[{fields[6]}]"))
            .ToHashSet();
        return Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Count(link => TargetOf(link) is { } target && unnamed.Contains(target));
    }

    private static string? TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            return null; // closed meanwhile
        }
    }
}
