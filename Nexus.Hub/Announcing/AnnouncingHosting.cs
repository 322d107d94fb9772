using System.Net;
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

                options.StreamAddress ??= FindStreamAddress(InternalEndpoints.GrpcUrl(configuration));
            });
        builder.Services.AddSingleton<AnnouncedTarget>();
        builder.Services.AddHostedService<RouteAnnouncer>();
    }

    /// <summary>The hub's own gRPC endpoint as others reach it: by this machine's name when it listens on every address.</summary>
    internal static Uri? FindStreamAddress(string? grpcUrl)
    {
        // Kestrel's ways to write "every address".
        var text = grpcUrl?.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url)) return null;
        if (url.Port == 0) return null; // which one it will be is not known before the hub listens
        var isAny = IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));
        return isAny ? new UriBuilder(url) { Host = Dns.GetHostName() }.Uri : url;
    }
}
