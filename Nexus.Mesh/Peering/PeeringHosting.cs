using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;
using Nexus.Contracts.Certs.V1;
using Nexus.Identities;
using Nexus.Mesh.Configuration;
using Nexus.Mesh.Peering.Flows;
using Nexus.Mesh.Peering.Links;
using Nexus.Mesh.Peering.Routes;
using Nexus.Mesh.Peering.Trust;
using Nexus.Mesh.Peering.Tunnels;
using Nexus.Protocol.Multiplexing;
using Nexus.ServiceDefaults;
using Nexus.WebSocketHosting.Certificates;
using Nexus.WebSocketHosting.HandOver;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.Mesh.Peering;

internal static class PeeringHosting
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>Links with other regions, if any are configured: without them nothing of it runs, and no certificate is needed.</summary>
    public static void AddPeering(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<PeeringOptions, PeeringOptionsValidator>(PeeringOptions.SectionName);
        var (isEnabled, isListening) = Read(builder.Configuration);
        if (!isEnabled) return;
        builder.AddNodeCertificate($"{PeeringOptions.SectionName}:Certificates", CertificatePurpose.Hub);
        AddTunnels(builder.Services);
        AddFlows(builder.Services);
        AddLinks(builder.Services);
        builder.AddHandOverTarget("Nexus:Mesh:HandOver", DescribeTarget);
        if (isListening) builder.AddWebSocketListener<PeerGate, IncomingPeers>();
        builder.Services.AddHostedService<PeeringDrain>();
        builder.Services.AddHostedService<OutgoingPeers>();
    }

    /// <summary>Before other endpoints.</summary>
    public static void UsePeering(this WebApplication app)
    {
        var (isEnabled, isListening) = Read(app.Configuration);
        if (isListening) app.UseWebSocketListener();
        if (isEnabled) app.MapGrpcService<MeshStreams>().OnInternalEndpointsOnly().ForRoles(ServiceRole.Edge);
    }

    /// <summary>What is wrong with the values is reported when the host starts.</summary>
    private static (bool IsEnabled, bool IsListening) Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(PeeringOptions.SectionName);
        var isListening = !string.IsNullOrEmpty(section[nameof(PeeringOptions.ListenAddress)]) && HasAny(nameof(PeeringOptions.TrustedDomainSuffixes));
        return (isListening || HasAny(nameof(PeeringOptions.Peers)), isListening);

        bool HasAny(string list) => section.GetSection(list).GetChildren().Any(item => !string.IsNullOrWhiteSpace(item.Value));
    }

    private static void AddTunnels(IServiceCollection services)
    {
        services.AddSingleton(CreateTerms);
        services.AddSingleton<PeeringMetrics>();
        services.AddSingleton<TunnelRunner>();
        services.AddSingleton(provider => provider.GetRequiredService<ServiceIdentity>().CreateCarrier(ServiceRole.Hub));
        services.AddSingleton<HubStreams>();
        services.AddSingleton<HubTurns>();
        services.AddSingleton<RequestCheck>();
        services.AddSingleton<DestinationTunnels>();
        services.AddSingleton<IStreamReception, OriginTunnels>();
        services.AddSingleton<MeshStreams>();
    }

    private static void AddFlows(IServiceCollection services)
    {
        services.AddSingleton<FlowMetrics>();
        services.AddSingleton<HubFlows>();
        services.AddSingleton<DestinationFlows>();
        services.AddSingleton<IFlowReception, OriginFlows>();
    }

    private static void AddLinks(IServiceCollection services)
    {
        services.AddSingleton(CreateCheck);
        services.AddSingleton(CreateEntrance);
        services.AddSingleton<RegionRoutes>();
        services.AddSingleton<PeerTable>();
        services.AddSingleton<OwnAnnouncer>();
        services.AddSingleton<PeerDialer>();
        services.AddSingleton<PeerLinks>();
    }

    private static TunnelTerms CreateTerms(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<PeeringOptions>>().Value;
        return new(
            new StreamLimits(options.TunnelIdleTimeout, options.HalfClosedIdleTimeout, options.StallTimeout),
            new ReceiveBudget(Math.Min(options.PauseAboveMegabytes, options.MaxQueuedMegabytes) * Megabyte, options.MaxQueuedMegabytes * Megabyte),
            services.GetRequiredService<TimeProvider>());
    }

    private static PeerCertificateCheck CreateCheck(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<PeeringOptions>>().Value;
        X509Certificate2Collection authorities = [];
        foreach (var file in options.AuthorityFiles) authorities.ImportFromPemFile(file);
        return new(new DomainSuffixes(options.TrustedDomainSuffixes), authorities, services.GetRequiredService<TimeProvider>());
    }

    private static PeerEntrance CreateEntrance(IServiceProvider services)
    {
        var configured = services.GetRequiredService<IOptions<PeeringOptions>>().Value.StreamAddress;
        return new(services.GetRequiredService<MeshIdentity>())
        {
            StreamAddress = configured.Length > 0 ? configured : InternalEndpoints.FindReachable(InternalEndpoints.GrpcUrl(services.GetRequiredService<IConfiguration>()))?.OriginalString ?? "",
        };
    }

    private static HandOverTarget DescribeTarget(IServiceProvider services)
    {
        var entrance = services.GetRequiredService<PeerEntrance>();
        return new("mesh", entrance.IsMeant, path => entrance.HandOverPath = path);
    }
}
