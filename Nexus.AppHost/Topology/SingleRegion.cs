using Aspire.Hosting;
using Nexus.AppHost.Demo;

namespace Nexus.AppHost.Topology;

internal static class SingleRegion
{
    /// <summary>One of each service.</summary>
    public static void AddSingleRegion(this IDistributedApplicationBuilder builder, DemoRun demo)
    {
        var redis = builder.AddRedis("redis");
        var region = new Region(builder, demo, builder.AddHubSecret(demo));
        region.AddMesh("mesh").WithReference(redis).WaitFor(redis);
        region.AddHub("hub");
        var edge = region.AddEdge("edge", demo.RelayPort, demo.PlainHttpPort);
        builder.AddDemo(demo, region, edge);
    }
}
