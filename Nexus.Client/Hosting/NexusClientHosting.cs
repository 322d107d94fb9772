using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Nexus.Client.Hosting;

/// <summary>Adds backends to a host.</summary>
public static class NexusClientHosting
{
    /// <summary>
    /// Adds a backend: its client dials once the host has started (so after its own listeners are up), and drains before they
    /// stop. A hub that is away never keeps the host from starting; wrong options do, with all errors at once.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">Name of the backend; several backends need several names.</param>
    /// <param name="configure">Sets the options.</param>
    /// <param name="configureServices">Changes what the client works with: token provider, connect handlers.</param>
    public static IServiceCollection AddNexusClient(
        this IServiceCollection services,
        string name,
        Action<NexusBackendOptions> configure,
        Func<IServiceProvider, NexusClientServices, NexusClientServices>? configureServices = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<NexusBackendOptions>(name).Configure(options =>
        {
            options.Name = name;
            configure(options);
        });
        services.TryAddSingleton(TimeProvider.System);
        services.AddKeyedSingleton(name, (provider, _) => ClientFactory.Create(provider, name, configureServices));
        services.AddSingleton<IHostedService>(provider => new NexusHostedService(provider.GetRequiredKeyedService<NexusClient>(name)));
        return services;
    }
}
