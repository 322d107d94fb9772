using Nexus.Identities;
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
        services.AddSingleton(CreateReplicas);
        services.AddSingleton(provider => provider.GetRequiredService<ServiceIdentity>().CreateCarrier(ServiceRole.Hub, ServiceRole.Mesh));
        services.AddSingleton<TargetOpener>();
        services.AddHostedService<RouteTableWatcher>();
        services.AddHealthChecks().AddCheck<RoutesHealthCheck>("routes");
    }

    /// <summary>Read-only JSON: <c>/routes</c>, with the keys <c>/routes?keys=100</c>.</summary>
    public static void MapRoutes(this WebApplication app) =>
        app.MapKeysPage("/routes", (services, maxKeys) => RoutesPage.Describe(services.GetRequiredService<LiveRoutes>().Table, maxKeys));

    private static DirectoryReplicas CreateReplicas(IServiceProvider services)
    {
        var identity = services.GetRequiredService<ServiceIdentity>();
        return ServiceAddress.TryGetAllGrpc(services.GetRequiredService<IConfiguration>(), Mesh, out var addresses)
            ? new(addresses, handler => identity.Secure(handler, ServiceRole.Mesh))
            : throw new InvalidOperationException($"{ServiceAddress.GrpcKey(Mesh)} was valid at the start.");
    }
}
