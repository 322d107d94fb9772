namespace Nexus.ServiceDefaults;

/// <summary>
/// Files for their owner's eyes: in folders of mode 0700, each of mode 0600, each either whole or not there (written beside, flushed,
/// renamed). Windows knows no modes: there, the folder's inherited access holds.
/// </summary>
public static class PrivateFiles
{
    /// <summary>Readable and writable by the owner alone.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;
    private const int MaxFileBytes = 1 << 20;

    /// <summary>Makes the folder, and takes from others what they may read of an older one.</summary>
    /// <param name="path">Of the folder.</param>
    /// <param name="restricted">Is told the mode of one that others could read.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to somebody else.</exception>
    public static void PrepareFolder(string path, Action<UnixFileMode>? restricted = null)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnlyFolder);
        Restrict(path, OwnerOnlyFolder, restricted);
    }

    /// <summary>The file's text, or null when there is no such file. What others may read of it is taken from them.</summary>
    /// <param name="path">Of the file, of 1 MiB at most.</param>
    /// <param name="restricted">Is told the mode of one that others could read.</param>
    /// <exception cref="InvalidDataException">It is larger.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to somebody else.</exception>
    public static string? TryRead(string path, Action<UnixFileMode>? restricted = null)
    {
        if (!File.Exists(path)) return null;
        if (new FileInfo(path).Length > MaxFileBytes) throw new InvalidDataException($"{path} is larger than {MaxFileBytes} bytes.");
        Restrict(path, OwnerOnly, restricted);
        return File.ReadAllText(path);
    }

    /// <summary>Writes a new file; false when there is one already, which stays as it is.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="text">What it holds then.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is somebody else's.</exception>
    public static bool TryCreate(string path, string text)
    {
        var beside = WriteBeside(path, text, OwnerOnly);
        try
        {
            File.Move(beside, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(beside);
            return false;
        }
    }

    /// <summary>Writes the file, in place of one that is there.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="text">What it holds then.</param>
    /// <param name="mode">Who may read it.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is somebody else's.</exception>
    public static void Replace(string path, string text, UnixFileMode mode = OwnerOnly) => File.Move(WriteBeside(path, text, mode), path, overwrite: true);

    private static string WriteBeside(string path, string text, UnixFileMode mode)
    {
        var beside = $"{path}.{Path.GetRandomFileName()}";
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) create.UnixCreateMode = mode;
        using (var file = new FileStream(beside, create))
        {
            using var writer = new StreamWriter(file);
            writer.Write(text);
            writer.Flush();
            file.Flush(flushToDisk: true);
        }

        // The process's umask may have taken bits from the creation mode.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(beside, mode);
        return beside;
    }

    private static void Restrict(string path, UnixFileMode mode, Action<UnixFileMode>? restricted)
    {
        if (OperatingSystem.IsWindows()) return;
        var present = File.GetUnixFileMode(path);
        if ((present & ~mode) == UnixFileMode.None) return;
        File.SetUnixFileMode(path, present & mode);
        restricted?.Invoke(present);
    }
}
