using System.Text;

namespace Nexus.Acme.Issuing;

/// <summary>Keeps each text in a file of its own that only the owner can read.</summary>
public sealed class FolderStore : IIssuingStore
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder;

    /// <param name="folder">Made with owner-only access when it is missing.</param>
    public FolderStore(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = folder;
    }

    /// <inheritdoc/>
    public async Task<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(PathOf(name), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception ex) when (ex is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string name, string text, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(_folder);
        else Directory.CreateDirectory(_folder, OwnerOnly | UnixFileMode.UserExecute);
        var path = PathOf(name);
        var beside = path + ".new";
        // What a killed predecessor may have left could have other rights.
        File.Delete(beside);
        var file = new FileStream(beside, CreateNew());
        await using (file.ConfigureAwait(false))
        {
            await file.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }

    private static FileStreamOptions CreateNew()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return options;
    }

    private string PathOf(string name)
    {
        if (name.Length is 0 or > 80 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')) throw new ArgumentException("Not a name of a text.", nameof(name));
        return Path.Combine(_folder, name + ".json");
    }
}
