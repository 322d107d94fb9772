using Microsoft.Extensions.Options;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Storage;

/// <summary>Files that survive a restart, for their owner's eyes unless they are meant for others.</summary>
internal sealed class CertificateFolder(IOptions<StorageOptions> options, ILogger<CertificateFolder> logger)
{
    private const UnixFileMode WorldReadable = PrivateFiles.OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _path = Path.GetFullPath(options.Value.Directory);

    public string RootFile => options.Value.RootFile is { Length: > 0 } file ? Path.GetFullPath(file) : Path.Combine(_path, "ca.pem");

    public string PathOf(string name) => Path.Combine(_path, name);

    /// <summary>Makes the folder, and takes from others what they may read of an older one.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to somebody else.</exception>
    public void Prepare() => PrivateFiles.PrepareFolder(_path, Told(_path));

    /// <summary>The file's text, or null when there is no such file.</summary>
    public string? TryRead(string name) => PrivateFiles.TryRead(PathOf(name), Told(PathOf(name)));

    /// <summary>Writes a new file for the owner only; false when there is one already, which stays as it is.</summary>
    public bool TryCreate(string name, string text) => PrivateFiles.TryCreate(PathOf(name), text);

    /// <summary>Reads a file and removes it: of several who try, one gets it. Null for the others, and when there is none.</summary>
    public string? TryTake(string name)
    {
        var mine = PathOf($"{name}.{Path.GetRandomFileName()}");
        try
        {
            File.Move(PathOf(name), mine, overwrite: false);
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        var text = PrivateFiles.TryRead(mine);
        File.Delete(mine);
        return text;
    }

    /// <summary>The names that begin so.</summary>
    public IEnumerable<string> Find(string prefix) =>
        new DirectoryInfo(_path).EnumerateFiles($"{prefix}*").Select(file => file.Name);

    /// <summary>Writes the root certificate where others find it.</summary>
    public void WriteRoot(string pem)
    {
        if (Path.GetDirectoryName(RootFile) is { } folder) Directory.CreateDirectory(folder);
        PrivateFiles.Replace(RootFile, pem, WorldReadable);
    }

    private Action<UnixFileMode> Told(string path) => present => StorageLog.Restricted(logger, path, Convert.ToString((int)present, 8));
}
