using Nexus.Contracts.Carriers;
using Nexus.ServiceDefaults;

namespace Nexus.Edge.Routing;

internal static class RoutingHosting
{
    private const string Mesh = "mesh";

    public static void AddRouting(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddValidatedOptions<RoutingOptions, RoutingOptionsValidator>(RoutingOptions.SectionName)
            .Validate<IConfiguration>((_, configuration) => ServiceAddress.TryGetAllGrpc(configuration, Mesh, out IReadOnlyList<Uri> _), $"{ServiceAddress.GrpcKey(Mesh)} (and :1 and so on for more) is not an http(s) address.");
        services.AddSingleton<LiveRoutes>();
        services.AddSingleton<RoutingMetrics>();
        services.AddSingleton(provider => new DirectoryReplicas(ServiceAddress.TryGetAllGrpc(provider.GetRequiredService<IConfiguration>(), Mesh, out var addresses)
            ? addresses : throw new InvalidOperationException($"{ServiceAddress.GrpcKey(Mesh)} was valid at the start.")));
        services.AddSingleton(provider => new GrpcCarrier(new GrpcCarrierOptions(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<TargetOpener>();
        services.AddHostedService<RouteTableWatcher>();
        services.AddHealthChecks().AddCheck<RoutesHealthCheck>("routes");
    }

    /// <summary>Read-only JSON: <c>/routes</c>, with the keys <c>/routes?keys=100</c>.</summary>
    public static void MapRoutes(this WebApplication app) =>
        app.MapKeysPage("/routes", (services, maxKeys) => RoutesPage.Describe(services.GetRequiredService<LiveRoutes>().Table, maxKeys));
}
