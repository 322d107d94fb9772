using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Nexus.Hub.Transport;
using Nexus.ServiceDefaults;

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
        services.AddSingleton<ConnectionAdmission>();
        services.AddSingleton<FailureThrottle>();
        services.AddSingleton<Handshake>();
        services.AddSingleton<BackendConnections>();
        services.AddSingleton<ConnectEndpoint>();
        services.AddSingleton<StreamOpener>();
        services.AddSingleton<StreamRunner>();
        services.AddSingleton<FlowOpener>();
        services.AddSingleton<DatagramMetrics>();
        services.AddHostedService<StreamWatch>();
        services.AddHostedService<SessionsDrain>();
        services.AddSingleton<BackendTls>();
        services.AddSingleton<IConnectionListenerFactory, BackendTransport>();
        services.AddSingleton<BackendListener>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>>(provider => provider.GetRequiredService<BackendListener>());
    }

    /// <summary>Put it first: everything on the backend listener ends here.</summary>
    public static void UseSessions(this WebApplication app) =>
        // Not before the first request: what is wrong with the options is reported when the host starts.
        app.Use((HttpContext context, RequestDelegate next) => context.RequestServices.GetRequiredService<ConnectEndpoint>().InvokeAsync(context, next));
}
