using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Nexus.Client.Cli.Running;

/// <summary>The log goes to the error output, all of it.</summary>
internal static class ConsoleOutput
{
    public static void ConfigureStandardError(this IServiceCollection services) =>
        services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
}
