namespace Aspire.Hosting.Orchestration.Redis;

/// <summary>
/// How a server learns its password: not by its command line, which every user of the machine can read, but from a file for
/// its owner only. It is deleted when the server is up.
/// </summary>
internal sealed class RedisSettingsFile : IDisposable
{
    private const string Name = "settings";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nexus-redis-"); // 0700

    public RedisSettingsFile(string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(FilePath, options);
        writer.Write(text);
    }

    public string FilePath => Path.Combine(_folder.FullName, Name);

    public void Dispose()
    {
        if (_folder.Exists)
            _folder.Delete(recursive: true);
        _folder.Refresh();
    }
}
