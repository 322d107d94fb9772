namespace Nexus.AppHost.Demo;

/// <summary>A folder for the files of one run, for its owner only. A second run at the same time gets another one.</summary>
internal sealed class StateDirectory : IDisposable
{
    private const int MaxRuns = 100;

    private readonly FileStream _lock;

    private StateDirectory(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    public static StateDirectory Take(string parent)
    {
        for (var number = 1; number <= MaxRuns; number++)
        {
            var path = System.IO.Path.Combine(parent, number == 1 ? "run" : $"run-{number}");
            Create(path);
            try
            {
                return new StateDirectory(path, new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (number < MaxRuns)
            {
                // Another run holds it.
            }
        }
        throw new InvalidOperationException($"{MaxRuns} runs hold folders in {parent}.");
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public void WriteSecretly(string name, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.Delete(PathOf(name));
        using var writer = new StreamWriter(PathOf(name), options);
        writer.Write(text);
    }

    public void Dispose() => _lock.Dispose();

    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
