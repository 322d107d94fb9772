using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Nexus.Client.Hosting;

/// <summary>Makes a client from what a host offers.</summary>
internal static class ClientFactory
{
    public static NexusClient Create(IServiceProvider provider, string name, Func<IServiceProvider, NexusClientServices, NexusClientServices>? configure)
    {
        var services = new NexusClientServices
        {
            LoggerFactory = provider.GetRequiredService<ILoggerFactory>(),
            TimeProvider = provider.GetRequiredService<TimeProvider>(),
            MeterFactory = provider.GetService<IMeterFactory>(),
        };
        return new(provider.GetRequiredService<IOptionsMonitor<NexusBackendOptions>>().Get(name), configure is null ? services : configure(provider, services));
    }
}
