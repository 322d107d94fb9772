using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Client.Hosting;

namespace Nexus.Client.AspNetCore;

/// <summary>Serves an ASP.NET Core application through the tunnel.</summary>
public static class NexusWebHost
{
    /// <summary>
    /// Makes the application a backend: its users come through the tunnel straight into Kestrel, and no port is opened here. HTTP/1.1,
    /// HTTP/2, WebSockets, gRPC and every <c>ConnectionHandler</c> work as with sockets; <c>HttpContext.Connection</c> has the
    /// user's own address. When the host stops, new users are refused, and running requests may finish.
    /// </summary>
    /// <remarks>
    /// As with every endpoint set in code, Kestrel then ignores <c>ASPNETCORE_URLS</c>; further endpoints can be added with
    /// <c>ConfigureKestrel</c>. Kestrel's limits hold: its least data rate for responses may end very slow users.
    /// </remarks>
    /// <param name="builder">The application's web host.</param>
    /// <param name="backendName">Name of the backend; several backends need several names.</param>
    /// <param name="configure">Sets host names, hub addresses and where tokens come from. Port mappings are not needed.</param>
    /// <param name="tunnel">Which public ports are served, and how.</param>
    /// <param name="client">Adds to the client: a token provider, further handlers, a health check.</param>
    public static IWebHostBuilder UseNexus(
        this IWebHostBuilder builder,
        string backendName,
        Action<NexusBackendOptions> configure,
        Action<NexusTunnelOptions>? tunnel = null,
        Action<NexusClientBuilder>? client = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(backendName);
        var endpoints = new NexusTunnelOptions();
        tunnel?.Invoke(endpoints);
        var listeners = new TunnelListeners(backendName);
        return builder
            .ConfigureServices(services =>
            {
                services.AddSingleton<IConnectionListenerFactory>(new TunnelTransport(listeners));
                var added = services.AddNexusClient(backendName, configure).MapConnect("*", (request, _) => ValueTask.FromResult(listeners.Connect(request)));
                client?.Invoke(added);
            })
            .ConfigureKestrel(kestrel => endpoints.Apply(kestrel, backendName));
    }
}
