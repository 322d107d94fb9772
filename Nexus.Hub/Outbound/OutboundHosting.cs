using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.Outbound;

internal static class OutboundHosting
{
    public static void AddOutbound(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<OutboundOptions, OutboundOptionsValidator>(OutboundOptions.SectionName);
        var services = builder.Services;
        services.TryAddSingleton<ResolveHost>(ResolveOnItsOwnThread);
        services.AddSingleton<HostLookups>();
        services.AddSingleton<OwnAddresses>();
        services.AddSingleton<DestinationRules>();
        services.AddSingleton<OutboundDialer>();
        services.AddSingleton<OutboundPolicy>();
        services.AddSingleton<OutboundMetrics>();
        services.AddSingleton<OutboundDialing>();
    }

    /// <summary>The system's resolver blocks: on threads of the pool a few names without an answer would hold up all sessions.</summary>
    private static Task<IPAddress[]> ResolveOnItsOwnThread(string host, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => Dns.GetHostAddresses(host), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
