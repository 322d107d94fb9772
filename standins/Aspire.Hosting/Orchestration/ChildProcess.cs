using System.ComponentModel;
using System.Diagnostics;

namespace Aspire.Hosting.Orchestration;

/// <summary>A running program: its output line by line, its end, and the two ways to end it. All that it started ends with it.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int KeptLines = 12;

    /// <summary>How long output is awaited after the end: only a process that left the group can still hold it open.</summary>
    private static readonly TimeSpan s_outputGrace = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Action<string> _onLine;
    private readonly Queue<string> _lastLines = new(KeptLines);
    private readonly Lock _lock = new();
    private bool _ended;

    private ChildProcess(Process process, Action<string> onLine)
    {
        _process = process;
        _onLine = onLine;
        ProcessId = process.Id;
        Completion = CompleteAsync();
    }

    public int ProcessId { get; }

    /// <summary>Ends when the program has ended, its descendants are killed and its output is read.</summary>
    public Task<ChildExit> Completion { get; }

    public static ChildProcess Start(ChildCommand command, Action<string> onLine)
    {
        try
        {
            var process = Process.Start(command.ToStartInfo()) ?? throw new DistributedApplicationException($"'{command.FileName}' did not start.");
            return new ChildProcess(process, onLine);
        }
        catch (Win32Exception error)
        {
            throw new DistributedApplicationException($"'{command.FileName}' did not start: {error.Message}");
        }
    }

    /// <summary>SIGTERM to the program; on Windows, which has none, the end of it.</summary>
    public void Terminate()
    {
        lock (_lock)
        {
            if (_ended)
                return;
            if (OperatingSystem.IsWindows())
                _process.Kill(entireProcessTree: true);
            else
                Signals.SendToProcess(ProcessId, Signals.Terminate);
        }
    }

    public void Kill()
    {
        lock (_lock)
        {
            if (!_ended)
                KillAll();
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private async Task<ChildExit> CompleteAsync()
    {
        var output = Task.WhenAll(PumpAsync(_process.StandardOutput), PumpAsync(_process.StandardError));
        await _process.WaitForExitAsync();
        lock (_lock)
        {
            _ended = true;
            if (Lifeline.IsAvailable)
                KillAll();
        }
        await Task.WhenAny(output, Task.Delay(s_outputGrace));
        lock (_lock)
            return new ChildExit(_process.ExitCode, [.. _lastLines]);
    }

    private void KillAll()
    {
        if (Lifeline.IsAvailable && !OperatingSystem.IsWindows())
            Signals.SendToGroup(ProcessId, Signals.Kill);
        else
            _process.Kill(entireProcessTree: true);
    }

    private async Task PumpAsync(StreamReader output)
    {
        var lines = new BoundedLineReader(output);
        while (await lines.ReadAsync() is { } line)
        {
            lock (_lock)
            {
                if (_lastLines.Count == KeptLines)
                    _lastLines.Dequeue();
                _lastLines.Enqueue(line);
            }
            _onLine(line);
        }
    }
}
