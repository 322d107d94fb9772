using System.Diagnostics;
using Nexus.Testing;

namespace Nexus.SystemTests.Chaos;

/// <summary>A steady load of new users: each connects to an edge, asks for a name, reads the answer and leaves; edges and names take turns.</summary>
internal sealed class UserLoad : IAsyncDisposable
{
    /// <summary>Longer than anything that is promised may take: an edge that gives a silent hub up, then a mesh that does so with a silent link, and another.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60) * TestTimeouts.Scale;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1.0 / 15);

    private readonly ChaosSystem _system;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<NewUser> _ended = [];
    private readonly HashSet<Task> _running = [];
    private readonly Task _loop;

    public UserLoad(ChaosSystem system)
    {
        _system = system;
        _loop = RunAsync();
    }

    /// <summary>Users who have ended so far, served or not.</summary>
    public int Count { get; private set; }

    /// <summary>Those who have ended since the last call.</summary>
    public IReadOnlyList<NewUser> TakeEnded()
    {
        lock (_lock)
        {
            NewUser[] ended = [.. _ended];
            _ended.Clear();
            return ended;
        }
    }

    /// <summary>No more come; returns when all have ended.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var pace = new PeriodicTimer(s_interval);
        try
        {
            for (var number = 0; await pace.WaitForNextTickAsync(_stop.Token); number++)
            {
                var edge = _system.Edges[number % _system.Edges.Count];
                var name = _system.Names[number / _system.Edges.Count % _system.Names.Count];
                _running.RemoveWhere(task => task.IsCompletedSuccessfully);
                _running.Add(VisitAsync(edge, name));
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }

        await Task.WhenAll(_running);
    }

    private async Task VisitAsync(ServicePart edge, string name)
    {
        var started = Stopwatch.GetTimestamp();
        var failure = await _system.VisitAsync(edge, name, s_patience);
        var user = new NewUser(edge, name, started, Stopwatch.GetTimestamp(), failure);
        lock (_lock)
        {
            _ended.Add(user);
            Count++;
        }
    }
}
