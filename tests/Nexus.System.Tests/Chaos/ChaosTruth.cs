using System.Diagnostics;
using Nexus.Testing;

namespace Nexus.SystemTests.Chaos;

/// <summary>What must be in the edges' tables, and whether it is.</summary>
internal sealed class ChaosTruth(ChaosSystem system) : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TestTimeouts.Default };

    /// <summary>How many sessions clients have begun so far: the same number twice means that none was lost in between.</summary>
    public int SessionsBegun => ByClientAndHub.Sum(group => group.Key.Client.CountSessions(group.Key.HubPort).Begun);

    /// <summary>Whether every client has all its sessions.</summary>
    public bool AreSessionsOpen => ByClientAndHub.All(group => group.Key.Client.CountSessions(group.Key.HubPort).Open == group.Count());

    private IEnumerable<IGrouping<(ClientPart Client, int HubPort), BackendSession>> ByClientAndHub => system.Sessions.GroupBy(session => (session.Client, session.HubPort));

    /// <summary>Waits until every edge's table is the truth: how long it took, and what is different if it took too long.</summary>
    /// <param name="limit">Most.</param>
    /// <param name="down">What is not there; null: all is well.</param>
    public async Task<(TimeSpan Took, string? Difference)> WaitAsync(TimeSpan limit, ChaosPart? down = null)
    {
        var began = Stopwatch.GetTimestamp();
        using var pace = new PeriodicTimer(s_interval);
        while (true)
        {
            var difference = await CompareAsync(down);
            var took = Stopwatch.GetElapsedTime(began);
            if (difference.Length == 0) return (took, null);
            if (took > limit) return (took, difference);
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<string> CompareAsync(ChaosPart? down)
    {
        var edges = system.Edges.Where(edge => edge != down);
        var differences = await Task.WhenAll(edges.Select(edge => CompareAsync(edge, down)));
        return string.Join('\n', differences.Where(difference => difference.Length > 0));
    }

    private async Task<string> CompareAsync(ServicePart edge, ChaosPart? down)
    {
        var sessions = system.Sessions.Where(session => down is null || !session.Has(down)).ToList();
        var entrances = down == system.Border ? [] : system.Meshes.Where(mesh => mesh.Region == edge.Region && mesh != down).ToList();
        var expected = EdgeTable.Expect(edge.Region, sessions, entrances);
        try
        {
            var actual = await EdgeTable.ReadAsync(_client, edge.Service, TestContext.Current.CancellationToken);
            return string.Join('\n', [.. expected.Except(actual).Select(line => $"{edge.Name} lacks {line}"), .. actual.Except(expected).Select(line => $"{edge.Name} should not have {line}")]);
        }
        catch (HttpRequestException e)
        {
            return $"{edge.Name} does not answer: {e.Message}";
        }
    }
}
