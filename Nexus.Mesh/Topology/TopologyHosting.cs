using Google.Protobuf;
using Nexus.Identities;
using Nexus.ServiceDefaults;

namespace Nexus.Mesh.Topology;

internal static class TopologyHosting
{
    private static readonly JsonFormatter s_json = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithPreserveProtoFieldNames(true));

    public static void AddTopology(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TopologyView>();
        builder.Services.AddSingleton<TopologyService>();
    }

    /// <summary>gRPC, and read-only JSON for a browser: <c>/topology</c>, with the keys <c>/topology?keys=100</c>.</summary>
    public static void MapTopology(this WebApplication app)
    {
        app.MapGrpcService<TopologyService>().OnInternalEndpointsOnly().ForRoles(Enum.GetValues<ServiceRole>());
        app.MapKeysPage("/topology", (services, maxKeys) =>
            s_json.Format(services.GetRequiredService<TopologyView>().Take(new() { WithKeys = maxKeys > 0, MaxKeys = maxKeys })));
    }
}
