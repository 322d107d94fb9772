using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Orchestration;
using Aspire.Hosting.Orchestration.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Aspire.Hosting;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        var metadata = (Assembly.GetEntryAssembly()?.GetCustomAttributes<AssemblyMetadataAttribute>() ?? [])
            .ToLookup(attribute => attribute.Key, attribute => attribute.Value, StringComparer.Ordinal);
        AppHostDirectory = metadata["AppHostProjectPath"].FirstOrDefault() ?? AppContext.BaseDirectory;
        _host = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = options.Args,
            ContentRootPath = AppContext.BaseDirectory,
        });
        _host.Logging.AddSimpleConsole(console => (console.SingleLine, console.ColorBehavior) = (true, LoggerColorBehavior.Disabled));
        _host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        _host.Services.TryAddSingleton(TimeProvider.System);
        _host.Services.AddSingleton(Resources);
        _host.Services.AddSingleton<ResourceConsole>();
        _host.Services.AddSingleton(services => DashboardSettings.Find(
            services.GetRequiredService<IConfiguration>(), options.DisableDashboard ? null : metadata["AspireCliPackagePath"].FirstOrDefault()));
        _host.Services.AddSingleton<DashboardInstallation>();
        _host.Services.AddSingleton<ResourceEnvironment>();
        _host.Services.AddSingleton(services => new RedisServers(
            services.GetRequiredService<IConfiguration>(), services.GetRequiredService<ResourceConsole>(), AppHostDirectory));
        // Stopped in reverse order: the resources can still send their last telemetry.
        _host.Services.AddHostedService<DashboardRunner>();
        _host.Services.AddHostedService<ResourceOrchestrator>();
        _host.Services.AddHostedService<LauncherWatch>();
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        ResourceName.Check(resource.Name);
        if (Resources.Any(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
            throw new DistributedApplicationException($"Cannot add resource '{resource.Name}': a resource with that name exists.");
        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build() => new(_host.Build());
}
