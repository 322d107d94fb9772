using Nexus.ServiceDefaults;

namespace Nexus.Hub.Announcing;

internal static class AnnouncingHosting
{
    public static void AddAnnouncing(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<AnnouncingOptions, AnnouncingOptionsValidator>(AnnouncingOptions.SectionName)
            .Configure<IConfiguration>((options, configuration) =>
            {
                if (options.DirectoryAddresses.Count == 0 && ServiceAddress.TryGetAllGrpc(configuration, "mesh", out var addresses))
                {
                    foreach (var address in addresses) options.DirectoryAddresses.Add(address);
                }

                options.StreamAddress ??= InternalEndpoints.FindReachable(InternalEndpoints.GrpcUrl(configuration));
            });
        builder.Services.AddSingleton<AnnouncedTarget>();
        builder.Services.AddHostedService<RouteAnnouncer>();
    }
}
