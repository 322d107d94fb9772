using Microsoft.Extensions.Options;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Storage;

/// <summary>Files that survive a restart, for their owner's eyes unless they are meant for others.</summary>
internal sealed class CertificateFolder(IOptions<StorageOptions> options, ILogger<CertificateFolder> logger) : ISecretTexts
{
    private const UnixFileMode WorldReadable = PrivateFiles.OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _path = Path.GetFullPath(options.Value.Directory);

    public string RootFile => options.Value.RootFile is { Length: > 0 } file ? Path.GetFullPath(file) : Path.Combine(_path, "ca.pem");

    public string Describe(string name) => Path.Combine(_path, name);

    public Task<string?> TryReadAsync(string name, CancellationToken cancellationToken)
    {
        Prepare();
        return Task.FromResult(PrivateFiles.TryRead(Describe(name), Told(Describe(name))));
    }

    public Task<bool> TryCreateAsync(string name, string text, TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        Prepare();
        return Task.FromResult(PrivateFiles.TryCreate(Describe(name), text));
    }

    public Task<string?> TryTakeAsync(string name, CancellationToken cancellationToken) => Task.FromResult(TryTake(name));

    /// <summary>Files never go by themselves.</summary>
    public IReadOnlyList<string> FindLasting(string prefix) => [.. new DirectoryInfo(_path).EnumerateFiles($"{prefix}*").Select(file => file.Name)];

    /// <summary>Writes the root certificate where others find it.</summary>
    public void WriteRoot(string pem)
    {
        Prepare();
        if (Path.GetDirectoryName(RootFile) is { } folder) Directory.CreateDirectory(folder);
        PrivateFiles.Replace(RootFile, pem, WorldReadable);
    }

    /// <summary>Makes the folder, and takes from others what they may read of an older one.</summary>
    private void Prepare() => PrivateFiles.PrepareFolder(_path, Told(_path));

    private string? TryTake(string name)
    {
        var mine = Describe($"{name}.{Path.GetRandomFileName()}");
        try
        {
            File.Move(Describe(name), mine, overwrite: false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        var text = PrivateFiles.TryRead(mine);
        File.Delete(mine);
        return text;
    }

    private Action<UnixFileMode> Told(string path) => present => StorageLog.Restricted(logger, path, Convert.ToString((int)present, 8));
}
