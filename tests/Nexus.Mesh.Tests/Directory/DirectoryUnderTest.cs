using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Nexus.Mesh.Directory;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Tests.Directory;

/// <summary>A directory of its own clock, metrics and log, without a server.</summary>
internal sealed class DirectoryUnderTest : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public DirectoryUnderTest(DirectoryOptions? options = null)
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        Metrics = new MetricRecorder(meters, "Nexus.Mesh");
        Options = options ?? new DirectoryOptions();
        Directory = new RouteDirectory(new OptionsWrapper<DirectoryOptions>(Options), new DirectoryMetrics(meters), Time, Logs.Factory.CreateLogger<RouteDirectory>());
    }

    public ManualTimeProvider Time { get; } = new();

    public LogCollector Logs { get; } = new();

    public DirectoryOptions Options { get; }

    public MetricRecorder Metrics { get; }

    public RouteDirectory Directory { get; }

    public static RouteKey Host(string name) => RouteKey.ForHost(name);

    public static Dictionary<RouteKey, RouteTerms> Routes(params (string Host, int Weight)[] routes) => routes.ToDictionary(route => Host(route.Host), route => new RouteTerms(route.Weight));

    public static HubTarget Target(string id) => new(id, $"http://{id}:5011", "");

    public RouteAnnouncement Announce(string id, ulong call, RouteSource source, params (string Host, int Weight)[] routes)
    {
        var announcement = Directory.Announce(Target(id), call, source);
        announcement.Replace(1, Routes(routes));
        return announcement;
    }

    public RouteAnnouncement Announce(string id, params (string Host, int Weight)[] routes)
    {
        var announcement = Directory.Announce(Target(id));
        Assert.Equal(AnnounceResult.Applied, announcement.Replace(1, Routes(routes)));
        return announcement;
    }

    public RouteWatch Watch()
    {
        var watch = Directory.TryWatch();
        Assert.NotNull(watch);
        return watch;
    }

    /// <summary>What a watcher would know: "hub/key=weight", in order.</summary>
    public string[] Known() => WatchedTable.Describe(Directory.Table);

    public void Dispose()
    {
        Metrics.Dispose();
        Logs.Dispose();
        _services.Dispose();
    }
}
