using Microsoft.Extensions.Options;

namespace Nexus.Certs.Storage;

/// <summary>
/// Files that survive a restart: in a folder of mode 0700, each of mode 0600 unless it is meant for others, each either
/// whole or not there (written beside, flushed, renamed). Windows knows no modes: there, the folder's inherited access holds.
/// </summary>
internal sealed class CertificateFolder(IOptions<StorageOptions> options, ILogger<CertificateFolder> logger)
{
    private const int MaxFileBytes = 1 << 20;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;
    private const UnixFileMode WorldReadable = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _path = Path.GetFullPath(options.Value.Directory);

    public string RootFile => options.Value.RootFile is { Length: > 0 } file ? Path.GetFullPath(file) : Path.Combine(_path, "ca.pem");

    public string PathOf(string name) => Path.Combine(_path, name);

    /// <summary>Makes the folder, and takes from others what they may read of an older one.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to somebody else.</exception>
    public void Prepare()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(_path);
        else Directory.CreateDirectory(_path, OwnerOnlyFolder);
        Restrict(_path, OwnerOnlyFolder);
    }

    /// <summary>The file's text, or null when there is no such file.</summary>
    public string? TryRead(string name)
    {
        var path = PathOf(name);
        if (!File.Exists(path)) return null;
        if (new FileInfo(path).Length > MaxFileBytes) throw new InvalidDataException($"{path} is larger than {MaxFileBytes} bytes.");
        Restrict(path, OwnerOnly);
        return File.ReadAllText(path);
    }

    /// <summary>Writes a new file for the owner only; false when there is one already, which stays as it is.</summary>
    public bool TryCreate(string name, string text)
    {
        var beside = WriteBeside(PathOf(name), text, OwnerOnly);
        try
        {
            File.Move(beside, PathOf(name), overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(PathOf(name)))
        {
            File.Delete(beside);
            return false;
        }
    }

    /// <summary>Writes the root certificate where others find it.</summary>
    public void WriteRoot(string pem)
    {
        if (Path.GetDirectoryName(RootFile) is { } folder) Directory.CreateDirectory(folder);
        File.Move(WriteBeside(RootFile, pem, WorldReadable), RootFile, overwrite: true);
    }

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

    private void Restrict(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows()) return;
        var present = File.GetUnixFileMode(path);
        if ((present & ~mode) == UnixFileMode.None) return;
        File.SetUnixFileMode(path, present & mode);
        StorageLog.Restricted(logger, path, Convert.ToString((int)present, 8));
    }
}
