using Microsoft.Extensions.Logging;

namespace Nexus.Testing;

/// <summary>
/// Keeps what is logged, so that a test can assert on it: <c>builder.Logging.AddProvider(logs)</c>, or
/// <see cref="Factory"/> for code without a host.
/// </summary>
public sealed class LogCollector : ILoggerProvider
{
    private readonly ObservedList<CollectedLog> _records = new();

    public LogCollector() => Factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(this));

    public ILoggerFactory Factory { get; }

    public IReadOnlyList<CollectedLog> Records => _records.Items;

    public IReadOnlyList<CollectedLog> At(LogLevel minimum) => [.. Records.Where(record => record.Level >= minimum)];

    /// <summary>Entries whose category ends with the given name, e.g. a class name.</summary>
    public IReadOnlyList<CollectedLog> Of(string categoryEnd) =>
        [.. Records.Where(record => record.Category.EndsWith(categoryEnd, StringComparison.Ordinal))];

    /// <summary>The first entry that matches, already there or still to come.</summary>
    public Task<CollectedLog> WaitForAsync(Func<CollectedLog, bool> match, CancellationToken cancellationToken = default) =>
        _records.WaitForAsync(records => records.FirstOrDefault(match), Describe, cancellationToken);

    public ILogger CreateLogger(string categoryName) => new CollectingLogger(categoryName, _records);

    public void Dispose()
    {
        // The records outlive the host that disposes its providers.
    }

    private string Describe() => "No such log entry. There were:\n" + string.Join('\n', Records.Select(record => $"{record.Level} {record.Category}: {record.Message}"));

    private sealed class CollectingLogger(string category, ObservedList<CollectedLog> records) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var properties = new Dictionary<string, object?>();
            foreach (var (name, value) in state as IEnumerable<KeyValuePair<string, object?>> ?? []) properties[name] = value;
            records.Add(new CollectedLog(category, logLevel, eventId, formatter(state, exception), exception, properties));
        }
    }
}
