using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Nexus.AppHost.Topology;

internal static class CalmLogs
{
    /// <summary>
    /// Leaves the services' own words on the console, while the dashboard gets all: not a line per request, nor the
    /// "unhealthy" of a service that is still starting, which its health check tells by its answer.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithCalmLogs(this IResourceBuilder<ProjectResource> service) => service
        .WithEnvironment("Logging__Console__LogLevel__Microsoft.AspNetCore", "Warning")
        .WithEnvironment("Logging__Console__LogLevel__Microsoft.Hosting.Lifetime", "Warning")
        .WithEnvironment("Logging__Console__LogLevel__Microsoft.Extensions.Diagnostics.HealthChecks", "Critical")
        .WithEnvironment("Logging__Console__LogLevel__Yarp", "Warning");
}
