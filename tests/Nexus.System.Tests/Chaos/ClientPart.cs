using System.Globalization;
using Nexus.Testing;

namespace Nexus.SystemTests.Chaos;

/// <summary>A `nexus run`.</summary>
/// <param name="name">Such as "a.client0".</param>
/// <param name="configurationFile">Its backends.</param>
/// <param name="authorityFile">Who vouches for the hubs.</param>
internal sealed class ClientPart(string name, string configurationFile, string authorityFile) : ProcessPart(name, PartKind.Client), IAsyncDisposable
{
    private RealProcess? _process;

    protected override RealProcess? Process => _process;

    public void Start() => _process = RealProcess.StartDotnet(ServiceProcess.PathOf("Nexus.Client.Cli", "nexus"), ["run", "-c", configurationFile, "--ca", authorityFile]);

    /// <summary>How many sessions it has begun with the hub at this port, and how many of them it has now, by its own words.</summary>
    public (int Begun, int Open) CountSessions(int hubPort)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $":{hubPort}/connect: session ");
        var lines = (_process?.Lines ?? []).Select(line => line.Text).Where(text => text.Contains(address, StringComparison.Ordinal)).ToList();
        var begun = lines.Count(text => text.Contains("session open", StringComparison.Ordinal));
        return (begun, begun - lines.Count(text => text.Contains("session ended", StringComparison.Ordinal)));
    }

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected override Task StartAgainAsync()
    {
        Start();
        return Task.CompletedTask;
    }
}
