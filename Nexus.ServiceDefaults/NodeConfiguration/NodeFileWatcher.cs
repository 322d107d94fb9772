using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Yaml;

namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>
/// Says at the start where the configuration comes from, and reads the file again when it has changed or on SIGHUP. It is
/// read, not watched by the file system's events: those miss the swapped links with which orchestrators replace files.
/// </summary>
internal sealed class NodeFileWatcher : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConfiguredNode _node;
    private readonly NodeReloader _reloader;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>True: told to read it now. A second wish before the first is met asks for nothing more.</summary>
    private readonly Channel<bool> _wishes = Channel.CreateBounded<bool>(new BoundedChannelOptions(2) { FullMode = BoundedChannelFullMode.DropWrite });
    private string _seen;
    private string _refused = "";

    public NodeFileWatcher(ConfiguredNode node, NodeReloader reloader, TimeProvider time, ILogger<NodeFileWatcher> logger)
    {
        (_node, _reloader, _time, _logger) = (node, reloader, time, logger);
        _seen = node.Text;
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (_node.Path is not { } path) return Task.CompletedTask;
        NodeFileLog.Loaded(_logger, path);
        foreach (var warning in _node.FindWarnings()) NodeFileLog.Warning(_logger, warning);
        return base.StartAsync(cancellationToken);
    }

    /// <summary>As SIGHUP: reads the file now, and says what came of it even when nothing did.</summary>
    internal void RequestReload() => _wishes.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_node.Path is not { } path) return;
        using var hangUp = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            RequestReload();
        });
        await using var ticks = _time.CreateTimer(_ => TickOnce(), null, Interval, Interval);
        await foreach (var isForced in _wishes.Reader.ReadAllAsync(stoppingToken)) Look(path, isForced);
    }

    // One place of the queue is kept for the signal.
    private void TickOnce()
    {
        if (_wishes.Reader.Count == 0) _wishes.Writer.TryWrite(false);
    }

    private void Look(string path, bool isForced)
    {
        if (!SourceFile.TryRead(path, out var text, out var problem))
        {
            Refuse([problem.Format(path)], problem.Message, isForced);
            return;
        }

        // While somebody writes it, two looks differ.
        var isSettled = text == _seen;
        _seen = text;
        if (text == _node.Text)
        {
            _refused = "";
            if (isForced) NodeFileLog.Unchanged(_logger, path);
        }
        else if (isForced || (isSettled && text != _refused))
        {
            Reload(path, text, isForced);
        }
    }

    private void Reload(string path, string text, bool isForced)
    {
        var reload = _reloader.TryReload(text);
        if (reload.IsRefused)
        {
            Refuse(reload.Problems, text, isForced);
            return;
        }

        _refused = "";
        NodeFileLog.Reloaded(_logger, path, List(reload.InEffect), List(reload.NeedRestart));
        foreach (var warning in _node.FindWarnings()) NodeFileLog.Warning(_logger, warning);
    }

    /// <summary>Told once for each state of the file, and whenever somebody asked.</summary>
    private void Refuse(IReadOnlyList<string> problems, string state, bool isForced)
    {
        if (state == _refused && !isForced) return;
        _refused = state;
        NodeFileLog.Refused(_logger, problems.Count, string.Join(Environment.NewLine, problems));
    }

    private static string List(IReadOnlyList<string> keys) => keys.Count == 0 ? "nothing" : string.Join(", ", keys);
}
