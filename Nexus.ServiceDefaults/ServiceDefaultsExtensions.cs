using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Nexus.ServiceDefaults;

/// <summary>What every service of Nexus has in common: telemetry, health, endpoints, an orderly stop.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>ASP.NET Core tells hosts and paths of every request at Information; ours belong to Debug.</summary>
    private static readonly Dictionary<string, string?> s_defaults = new() { ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning" };

    /// <summary>Adds the defaults. Call it first: what is added first is stopped last.</summary>
    public static void AddServiceDefaults(this IHostApplicationBuilder builder)
    {
        GrpcDefaults.BoundClientWindows();
        // Before every other source: appsettings and the environment override it.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = s_defaults });
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.AddTelemetry();
        builder.AddHealth();
        builder.AddInternalEndpoints();
        builder.AddDrain();
    }

    /// <summary>Maps <c>/health</c> (ready for work) and <c>/alive</c> (the process runs) on the internal endpoints.</summary>
    public static void MapDefaultEndpoints(this WebApplication app) => app.MapHealth();
}
