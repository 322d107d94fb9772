using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Nexus.WebSocketHosting.Transport;

namespace Nexus.WebSocketHosting.Listening;

internal static class WebSocketListenerHosting
{
    /// <summary>A TLS listener whose connections become WebSockets; one in a service.</summary>
    public static void AddWebSocketListener<TGate, THandler>(this IHostApplicationBuilder builder)
        where TGate : class, IWebSocketGate
        where THandler : class, IUpgradeHandler
    {
        var services = builder.Services;
        services.AddSingleton<IWebSocketGate, TGate>();
        services.AddSingleton<IUpgradeHandler, THandler>();
        services.AddSingleton<ConnectionAdmission>();
        services.AddSingleton<LineTls>();
        services.AddSingleton<UpgradeEndpoint>();
        services.AddSingleton<IConnectionListenerFactory, LineTransport>();
        services.AddSingleton<WebSocketListener>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>>(provider => provider.GetRequiredService<WebSocketListener>());
    }

    /// <summary>Put it first: everything on that listener ends here.</summary>
    public static void UseWebSocketListener(this WebApplication app) =>
        // Not before the first request: what is wrong with the options is reported when the host starts.
        app.Use((HttpContext context, RequestDelegate next) => context.RequestServices.GetRequiredService<UpgradeEndpoint>().InvokeAsync(context, next));
}
