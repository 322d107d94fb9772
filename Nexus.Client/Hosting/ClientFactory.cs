using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Nexus.Client.Hosting;

/// <summary>Makes a client from what a host offers.</summary>
internal static class ClientFactory
{
    public static NexusClient Create(IServiceProvider provider, string name)
    {
        var services = new NexusClientServices
        {
            LoggerFactory = provider.GetRequiredService<ILoggerFactory>(),
            TimeProvider = provider.GetRequiredService<TimeProvider>(),
            MeterFactory = provider.GetService<IMeterFactory>(),
        };
        foreach (var step in provider.GetRequiredService<IOptionsMonitor<ClientSetup>>().Get(name).Steps) services = step(provider, services);
        return new(provider.GetRequiredService<IOptionsMonitor<NexusBackendOptions>>().Get(name), services);
    }
}
