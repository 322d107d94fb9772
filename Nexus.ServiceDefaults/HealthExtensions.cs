using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Nexus.ServiceDefaults;

internal static class HealthExtensions
{
    /// <summary>Checks with this tag say whether the process must be replaced; all checks together, whether it may get work.</summary>
    public const string LiveTag = "live";

    public static void AddHealth(this IHostApplicationBuilder builder) => builder.Services.AddHealthChecks()
        .AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag])
        .AddCheck<DrainHealthCheck>("draining");

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health").OnInternalEndpointsOnly();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains(LiveTag) }).OnInternalEndpointsOnly();
    }
}
