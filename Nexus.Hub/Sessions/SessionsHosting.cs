using Nexus.ServiceDefaults;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.Hub.Sessions;

internal static class SessionsHosting
{
    public static void AddSessions(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<SessionsOptions, SessionsOptionsValidator>(SessionsOptions.SectionName);
        var services = builder.Services;
        services.AddSingleton<RouteLedger>();
        services.AddSingleton<SessionRegistry>();
        services.AddSingleton<LiveStreams>();
        services.AddSingleton<SessionsMetrics>();
        services.AddSingleton<FailureThrottle>();
        services.AddSingleton<Handshake>();
        services.AddSingleton<StreamOpener>();
        services.AddSingleton<StreamRunner>();
        services.AddSingleton<FlowOpener>();
        services.AddSingleton<DatagramMetrics>();
        services.AddHostedService<StreamWatch>();
        services.AddHostedService<SessionsDrain>();
        builder.AddWebSocketListener<BackendGate, BackendConnections>();
    }

    /// <inheritdoc cref="WebSocketListenerHosting.UseWebSocketListener"/>
    public static void UseSessions(this WebApplication app) => app.UseWebSocketListener();
}
