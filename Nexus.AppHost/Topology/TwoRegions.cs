using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Nexus.AppHost.Demo;

namespace Nexus.AppHost.Topology;

/// <summary>
/// Users come to the near region; the client is connected to the far one only. So every connection takes the way between the
/// meshes: mutual TLS, where each region trusts the other's CA.
/// </summary>
internal static class TwoRegions
{
    private const int MeshesPerRegion = 2;
    private const int HubsPerRegion = 2;
    private const string Peering = "Nexus__Mesh__Peering";

    /// <param name="builder">Of the application.</param>
    /// <param name="demo">Gives ports and folders.</param>
    /// <param name="hasSeparateRedis">Else the regions find each other's meshes in the Redis that they share.</param>
    public static void AddTwoRegions(this IDistributedApplicationBuilder builder, DemoRun demo, bool hasSeparateRedis)
    {
        var secret = builder.AddHubSecret(demo);
        var (near, far) = (new Region(builder, demo, secret, "near"), new Region(builder, demo, secret, "far"));
        var (nearPorts, farPorts) = (TakePorts(demo), TakePorts(demo));
        var nearRedis = builder.AddRedis(hasSeparateRedis ? "near-redis" : "redis");
        var farRedis = hasSeparateRedis ? builder.AddRedis("far-redis") : nearRedis;
        AddMeshes(near, far, nearRedis, nearPorts, hasSeparateRedis ? farPorts : []);
        AddMeshes(far, near, farRedis, farPorts, hasSeparateRedis ? nearPorts : []);
        AddHubs(near);
        AddHubs(far);

        var edge = near.AddEdge("near-edge", demo.RelayPort, demo.PlainHttpPort);
        far.AddEdge("far-edge", demo.TakePort(), demo.TakePort());
        builder.AddDemo(demo, far, edge);
    }

    private static void AddMeshes(Region region, Region other, IResourceBuilder<RedisResource> redis, int[] ports, int[] peers)
    {
        foreach (var (index, port) in ports.Index())
        {
            var mesh = region.AddMesh(NameOf(region, "mesh", index))
                .WithReference(redis, connectionName: "redis").WaitFor(redis)
                .WithServices("certs", [region.Certs])
                .WithEnvironment("Nexus__Mesh__Region", region.Name)
                .WithEnvironment($"{Peering}__ListenAddress", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"))
                .WithEnvironment($"{Peering}__PublicUrl", UrlOf(port))
                .WithEnvironment($"{Peering}__TrustedDomainSuffixes__0", "localhost")
                .WithEnvironment($"{Peering}__AuthorityFiles__0", region.AuthorityFile)
                .WithEnvironment($"{Peering}__AuthorityFiles__1", other.AuthorityFile)
                .WaitFor(other.Certs); // which writes that file
            foreach (var (number, peer) in peers.Index())
                mesh.WithEnvironment($"{Peering}__Peers__{number}", UrlOf(peer));
        }
    }

    private static void AddHubs(Region region)
    {
        for (var index = 0; index < HubsPerRegion; index++)
            region.AddHub(NameOf(region, "hub", index));
    }

    private static int[] TakePorts(DemoRun demo) => [.. Enumerable.Range(0, MeshesPerRegion).Select(_ => demo.TakePort())];

    private static string NameOf(Region region, string service, int index) => string.Create(CultureInfo.InvariantCulture, $"{region.Name}-{service}-{index + 1}");

    private static string UrlOf(int port) => string.Create(CultureInfo.InvariantCulture, $"wss://localhost:{port}/mesh");
}
