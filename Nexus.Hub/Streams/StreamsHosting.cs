using Nexus.Contracts.Carriers;
using Nexus.Identities;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.Streams;

internal static class StreamsHosting
{
    public static void AddStreams(this IHostApplicationBuilder builder)
    {
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<IStreamReception, StreamReception>();
        builder.Services.AddSingleton<IFlowReception, FlowReception>();
        builder.Services.AddSingleton<StreamsService>();
    }

    public static void MapStreams(this WebApplication app) => app.MapGrpcService<StreamsService>().OnInternalEndpointsOnly().ForRoles(ServiceRole.Edge, ServiceRole.Mesh);
}
