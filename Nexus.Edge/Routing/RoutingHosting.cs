using Grpc.Net.Client;
using Nexus.Contracts.Carriers;
using Nexus.Contracts.Routing.V1;
using Nexus.ServiceDefaults;

namespace Nexus.Edge.Routing;

internal static class RoutingHosting
{
    private const string Mesh = "mesh";

    /// <summary>A snapshot of 100 000 routes takes about 6 MB.</summary>
    private const int MaxMessageSize = 64 * 1024 * 1024;

    public static void AddRouting(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddValidatedOptions<RoutingOptions, RoutingOptionsValidator>(RoutingOptions.SectionName)
            .Validate<IConfiguration>((_, configuration) => ServiceAddress.TryGetGrpc(configuration, Mesh, out Uri? _), $"{ServiceAddress.GrpcKey(Mesh)} is not an http(s) address.");
        services.AddSingleton<LiveRoutes>();
        services.AddSingleton<RoutingMetrics>();
        services.AddSingleton(MeshChannel);
        services.AddSingleton(provider => new RouteDirectory.RouteDirectoryClient(provider.GetRequiredService<GrpcChannel>()));
        services.AddSingleton(provider => new GrpcCarrier(new GrpcCarrierOptions(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<TargetOpener>();
        services.AddHostedService<RouteTableWatcher>();
        services.AddHealthChecks().AddCheck<RoutesHealthCheck>("routes");
    }

    private static GrpcChannel MeshChannel(IServiceProvider services) =>
        ServiceAddress.TryGetGrpc(services.GetRequiredService<IConfiguration>(), Mesh, out var address)
            ? GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = MeshHandler(), DisposeHttpClient = true, MaxReceiveMessageSize = MaxMessageSize })
            : throw new InvalidOperationException($"{ServiceAddress.GrpcKey(Mesh)} was valid at the start.");

    private static SocketsHttpHandler MeshHandler() => new()
    {
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        KeepAlivePingDelay = TimeSpan.FromSeconds(10), // a watch is silent while nothing changes: notice a dead mesh all the same
        KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
    };
}
