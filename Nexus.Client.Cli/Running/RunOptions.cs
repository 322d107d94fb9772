using Microsoft.Extensions.Logging;

namespace Nexus.Client.Cli.Running;

/// <summary>What the command line of <c>nexus run</c> says.</summary>
internal sealed record RunOptions(string ConfigurationFile, string? AuthoritiesFile, LogLevel LogLevel, bool CheckOnly);
