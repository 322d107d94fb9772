using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Nexus.Client.Hosting;

/// <summary>Adds backends to a host.</summary>
public static class NexusClientHosting
{
    /// <summary>
    /// Adds a backend: its client dials once the host has started (so after its own listeners are up), and drains before they
    /// stop. A hub that is away never keeps the host from starting; wrong options do, with all errors at once. When the options
    /// change while the host runs, the client follows (<see cref="NexusClient.UpdateAsync"/>); wrong ones change nothing.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">Name of the backend; several backends need several names.</param>
    /// <param name="configure">Sets the options.</param>
    /// <param name="configureServices">Changes what the client works with: token provider, connect handlers.</param>
    public static NexusClientBuilder AddNexusClient(
        this IServiceCollection services,
        string name,
        Action<NexusBackendOptions> configure,
        Func<IServiceProvider, NexusClientServices, NexusClientServices>? configureServices = null)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var builder = AddClient(services, name);
        services.AddOptions<NexusBackendOptions>(name).Configure(configure);
        return configureServices is null ? builder : builder.Add(configureServices);
    }

    /// <summary>As the other one, with options from a configuration section, whose changes the client follows.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">Name of the backend; several backends need several names.</param>
    /// <param name="section">The keys are the properties of <see cref="NexusBackendOptions"/>.</param>
    public static NexusClientBuilder AddNexusClient(this IServiceCollection services, string name, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var builder = AddClient(services, name);
        services.AddOptions<NexusBackendOptions>(name).Bind(section);
        return builder;
    }

    private static NexusClientBuilder AddClient(IServiceCollection services, string name)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        services.AddOptions<NexusBackendOptions>(name).Configure(options => options.Name = name);
        services.TryAddSingleton(TimeProvider.System);
        services.AddKeyedSingleton(name, (provider, _) => ClientFactory.Create(provider, name));
        services.AddSingleton<IHostedService>(provider => new NexusHostedService(
            provider.GetRequiredKeyedService<NexusClient>(name),
            provider.GetRequiredService<IOptionsMonitor<NexusBackendOptions>>(),
            provider.GetRequiredService<ILogger<NexusClient>>()));
        return new(services, name);
    }
}
