using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Nexus.AppHost.Topology;

namespace Nexus.AppHost.Demo;

internal static class DemoServices
{
    /// <summary>What the hubs and the client's attestation share.</summary>
    public static IResourceBuilder<ParameterResource> AddHubSecret(this IDistributedApplicationBuilder builder, DemoRun demo) =>
        builder.AddParameter("hmac-secret", demo.Secret, secret: true);

    /// <summary>The service behind the tunnel, and the client, which is connected to this region's hubs.</summary>
    public static void AddDemo(this IDistributedApplicationBuilder builder, DemoRun demo, Region region, IResourceBuilder<ProjectResource> edge)
    {
        var origin = builder.AddProject<Projects.Nexus_Demo_Origin>("origin")
            .WithEndpoint(demo.OriginHttpsPort, scheme: "https", name: "https", env: "Nexus__Demo__Origin__HttpsPort", isProxied: false)
            .WithHttpEndpoint(demo.OriginHttpPort, name: "http", env: "Nexus__Demo__Origin__HttpPort", isProxied: false)
            .WithEndpointsInEnvironment(_ => false)
            .WithEnvironment("Nexus__Demo__Origin__Name", DemoRun.HostName)
            .WithEnvironment("Nexus__Demo__Origin__AuthorityFile", demo.OriginAuthorityFile)
            .WithHttpHealthCheck("/health", endpointName: "http");

        var client = builder.AddProject<Projects.Nexus_Client_Cli>("client")
            .WithArgs("run", "-c", demo.WriteClientConfiguration(region.HubPorts), "--ca", region.AuthorityFile)
            .WaitFor(edge).WaitFor(origin);
        foreach (var hub in region.Hubs)
            client.WaitFor(hub);
    }
}
