using Nexus.Identities;
using Nexus.ServiceDefaults;

namespace Nexus.Mesh.Directory;

internal static class DirectoryHosting
{
    public static void AddDirectory(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<DirectoryOptions, DirectoryOptionsValidator>(DirectoryOptions.SectionName);
        var services = builder.Services;
        services.AddGrpc();
        services.AddSingleton<DirectoryMetrics>();
        services.AddSingleton<RouteDirectory>();
        services.AddSingleton<RouteDirectoryService>();
        services.AddHostedService<DirectoryDrain>();
        services.AddHealthChecks().AddCheck<DirectoryHealthCheck>("directory");
    }

    public static void MapDirectory(this WebApplication app) => app.MapGrpcService<RouteDirectoryService>().OnInternalEndpointsOnly()
        .ForRoles(method => [method == "Announce" ? ServiceRole.Hub : ServiceRole.Edge]);
}
