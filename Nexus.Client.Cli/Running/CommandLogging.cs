using Microsoft.Extensions.Logging;

namespace Nexus.Client.Cli.Running;

/// <summary>The log of a command: on the error output, one line an entry, and over OTLP where that is wanted.</summary>
internal static class CommandLogging
{
    public static ILoggerFactory Create(LogLevel level) => LoggerFactory.Create(logging =>
    {
        CommandTelemetry.AddLogs(logging);
        logging
            .SetMinimumLevel(level)
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
                console.UseUtcTimestamp = true;
            })
            .Services.ConfigureStandardError();
    });
}
