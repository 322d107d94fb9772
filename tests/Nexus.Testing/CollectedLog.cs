using Microsoft.Extensions.Logging;

namespace Nexus.Testing;

/// <summary>One log entry as the code under test wrote it.</summary>
public sealed record CollectedLog(
    string Category,
    LogLevel Level,
    EventId EventId,
    string Message,
    Exception? Exception,
    IReadOnlyDictionary<string, object?> Properties);
