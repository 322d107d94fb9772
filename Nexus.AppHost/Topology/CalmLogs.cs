using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Nexus.AppHost.Topology;

internal static class CalmLogs
{
    /// <summary>
    /// By its whole name: the alias "Console" is compared by case, and Aspire's own LOGGING__CONSOLE__FORMATTERNAME makes it a matter
    /// of luck (the order of the environment) whether the configuration calls that section "Console" or "CONSOLE".
    /// </summary>
    private const string ConsoleLevel = "Logging__Microsoft.Extensions.Logging.Console.ConsoleLoggerProvider__LogLevel__";

    /// <summary>
    /// Leaves the services' own words on the console, while the dashboard gets all: not a line per request, nor the
    /// "unhealthy" of a service that is still starting, which its health check tells by its answer.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithCalmLogs(this IResourceBuilder<ProjectResource> service) => service
        .WithEnvironment($"{ConsoleLevel}Microsoft.AspNetCore", "Warning")
        .WithEnvironment($"{ConsoleLevel}Microsoft.Hosting.Lifetime", "Warning")
        .WithEnvironment($"{ConsoleLevel}Microsoft.Extensions.Diagnostics.HealthChecks", "Critical")
        .WithEnvironment($"{ConsoleLevel}Yarp", "Warning");
}
