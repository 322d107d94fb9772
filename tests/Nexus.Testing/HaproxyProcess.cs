namespace Nexus.Testing;

/// <summary>A haproxy with a configuration of the test's own.</summary>
public sealed class HaproxyProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly RealProcess _process;

    private HaproxyProcess(TemporaryFolder folder, RealProcess process)
    {
        _folder = folder;
        _process = process;
    }

    /// <summary>Returns when it listens; skips the running test where haproxy is not installed.</summary>
    public static async Task<HaproxyProcess> StartAsync(string configuration)
    {
        var program = DebianProgram.SkipUnlessInstalled("haproxy");
        var folder = new TemporaryFolder();
        var file = folder.PathOf("haproxy.cfg");
        await File.WriteAllTextAsync(file, configuration);
        // As master and worker it says when the worker, which has the sockets bound, runs.
        var haproxy = new HaproxyProcess(folder, RealProcess.Start(program, ["-W", "-f", file]));
        await haproxy._process.WaitForLineAsync("Loading success");
        return haproxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
