using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Nexus.ServiceDefaults;

/// <summary>What every service of Nexus has in common: telemetry, health, endpoints, an orderly stop.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Adds the defaults. Call it first: what is added first is stopped last.</summary>
    public static void AddServiceDefaults(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.AddTelemetry();
        builder.AddHealth();
        builder.AddInternalEndpoints();
        builder.AddDrain();
    }

    /// <summary>Maps <c>/health</c> (ready for work) and <c>/alive</c> (the process runs) on the internal endpoints.</summary>
    public static void MapDefaultEndpoints(this WebApplication app) => app.MapHealth();
}
