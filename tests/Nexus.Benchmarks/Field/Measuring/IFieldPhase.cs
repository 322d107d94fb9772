using Nexus.Benchmarks.Field.Targets;

namespace Nexus.Benchmarks.Field.Measuring;

/// <summary>One measurement, made on each alternative by turns.</summary>
internal interface IFieldPhase
{
    /// <summary>For the log.</summary>
    string Name { get; }

    /// <summary>Whether the alternative must have done nothing before.</summary>
    bool NeedsFreshTarget { get; }

    /// <summary>Of the line between hub and client; zero for none.</summary>
    TimeSpan RoundTrip { get; }

    /// <summary>Adds figures to the results, and failures.</summary>
    Task MeasureAsync(FieldTarget target, int round, FieldResults results, CancellationToken cancellationToken);
}
