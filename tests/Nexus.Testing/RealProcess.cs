using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Nexus.Testing;

/// <summary>
/// A program that a test started: its output by line, its signals, and its certain end (with its children) on disposal
/// or when the test process ends.
/// </summary>
public sealed partial class RealProcess : IAsyncDisposable
{
    private const int Sighup = 1;
    private const int Sigkill = 9;
    private const int Sigterm = 15;
    private const int Sigcont = 18;
    private const int Sigstop = 19;
    private const int Sigint = 2;

    private static readonly ConcurrentDictionary<RealProcess, byte> s_running = new();

    private bool _isDisposed;

    private readonly ObservedList<ProcessLine> _lines = new();
    private readonly Process _process;
    private readonly string _commandLine;

    static RealProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var process in s_running.Keys) process.KillTree();
    };

    private RealProcess(Process process, string commandLine)
    {
        _process = process;
        _commandLine = commandLine;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public IReadOnlyList<ProcessLine> Lines => _lines.Items;

    /// <summary>All that was printed so far, for messages.</summary>
    public string Output => string.Join('\n', Lines.Select(line => line.Text));

    /// <param name="program">A path, or a name that is looked up in PATH.</param>
    /// <param name="arguments">Passed as they are, without a shell.</param>
    /// <param name="environment">Added to the environment; null removes a variable.</param>
    /// <param name="workingDirectory">The present one when null.</param>
    public static RealProcess Start(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? workingDirectory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }

        var process = new RealProcess(new Process { StartInfo = start }, $"{program} {string.Join(' ', start.ArgumentList)}");
        process.Run();
        return process;
    }

    /// <summary>Starts one of our programs from its assembly, e.g. the path of Nexus.Mesh.dll.</summary>
    public static RealProcess StartDotnet(
        string assembly,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? workingDirectory = null) =>
        Start(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", [assembly, .. arguments], environment, workingDirectory);

    /// <summary>The first line that matches, printed already or still to come.</summary>
    public Task<ProcessLine> WaitForLineAsync(Func<string, bool> match, CancellationToken cancellationToken = default) =>
        WaitForLineAsync(match, TestTimeouts.Default, cancellationToken);

    /// <summary>The same, for what may take longer (or must not take as long) as tests wait otherwise.</summary>
    public async Task<ProcessLine> WaitForLineAsync(Func<string, bool> match, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var line = _lines.WaitForAsync(lines => lines.FirstOrDefault(line => match(line.Text)), () => Describe("No such line"), limit, stop.Token);
        var exit = _process.WaitForExitAsync(stop.Token);
        if (await Task.WhenAny(line, exit) == exit && !cancellationToken.IsCancellationRequested)
        {
            // WaitForExitAsync returns after the last line has been read.
            if (Lines.FirstOrDefault(last => match(last.Text)) is { } found) return found;
            await stop.CancelAsync();
            throw new InvalidOperationException(Describe("It ended first"));
        }

        var result = await line;
        await stop.CancelAsync();
        return result;
    }

    /// <summary>Returns as soon as so many lines match.</summary>
    public Task WaitForCountAsync(Func<string, bool> match, int count) =>
        _lines.WaitForAsync(lines => lines.Where(line => match(line.Text)).ElementAtOrDefault(count - 1), () => Describe($"No {count} such lines"), CancellationToken.None);

    /// <summary>The first line that holds the text.</summary>
    public Task<ProcessLine> WaitForLineAsync(string text, CancellationToken cancellationToken = default) =>
        WaitForLineAsync(line => line.Contains(text, StringComparison.Ordinal), cancellationToken);

    /// <summary>The exit code (128 + n after signal n), once the program has ended and all its output is read.</summary>
    public Task<int> WaitForExitAsync(CancellationToken cancellationToken = default) => WaitForExitAsync(TestTimeouts.Default, cancellationToken);

    /// <summary>The same, for what takes longer than tests wait otherwise.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new TimeoutException(Describe("Still running"));
        }

        return _process.ExitCode;
    }

    /// <summary>Asks it to read its configuration again.</summary>
    public void HangUp() => Signal(Sighup);

    /// <summary>SIGTERM: please stop.</summary>
    public void Terminate() => Signal(Sigterm);

    /// <summary>SIGINT: Ctrl-C.</summary>
    public void Interrupt() => Signal(Sigint);

    /// <summary>SIGSTOP: freezes it, its sockets stay open.</summary>
    public void Suspend() => Signal(Sigstop);

    /// <summary>The same; returns when all its threads stand, which takes a moment after the signal.</summary>
    public async Task SuspendAsync()
    {
        Suspend();
        await Eventually.SucceedsAsync(
            () => Task.FromResult(Directory.GetDirectories($"/proc/{Id}/task").All(IsStopped)),
            () => Describe("It goes on after SIGSTOP"));
    }

    /// <summary>SIGCONT: lets it go on after <see cref="Suspend"/>.</summary>
    public void Resume() => Signal(Sigcont);

    /// <summary>SIGKILL: it ends at once, without a farewell; its children live on.</summary>
    public void Kill() => Signal(Sigkill);

    /// <summary>Ends it and all that it has started; again, it does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true)) return;
        KillTree();
        await WaitForExitAsync();
        s_running.TryRemove(this, out _);
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);

    // "123 (name) T …": the state comes after the last parenthesis.
    private static bool IsStopped(string thread) => File.ReadAllText(Path.Combine(thread, "stat")).Split(')')[^1].TrimStart().StartsWith('T');

    private void Run()
    {
        _process.OutputDataReceived += (_, received) => Add(received.Data, isError: false);
        _process.ErrorDataReceived += (_, received) => Add(received.Data, isError: true);
        _process.Start();
        s_running[this] = 0;
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Add(string? text, bool isError)
    {
        if (text is not null) _lines.Add(new ProcessLine(text, isError));
    }

    private void Signal(int signal)
    {
        // A process that has ended but is still held by us cannot have given its id to another one.
        if (!_process.HasExited && SendSignal(_process.Id, signal) != 0 && !_process.HasExited)
        {
            throw new InvalidOperationException($"Signal {signal} to {_commandLine}: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    private void KillTree()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // Not started, or gone already.
        }
    }

    private string Describe(string what) => $"{what}: {_commandLine}. It printed:\n{Output}";
}
