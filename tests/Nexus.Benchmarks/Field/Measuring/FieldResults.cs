namespace Nexus.Benchmarks.Field.Measuring;

/// <summary>All that a run found.</summary>
internal sealed class FieldResults
{
    private readonly List<FieldSample> _samples = [];
    private readonly List<string> _failures = [];
    private readonly List<string> _notes = [];

    /// <summary>The machine's load average over a minute when the run began: what else it had to do.</summary>
    public string LoadBefore { get; } = File.ReadAllText("/proc/loadavg").Split(' ')[0];

    public IReadOnlyList<FieldSample> Samples => _samples;

    /// <summary>Users that were reset, cut short or never answered; and what did not start.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>What could not be measured here, and why.</summary>
    public IReadOnlyList<string> Notes => _notes;

    public void Add(string target, string figure, int round, double value) => _samples.Add(new(target, figure, round, value));

    public void AddFailure(string what) => _failures.Add(what);

    public void AddNote(string what)
    {
        if (!_notes.Contains(what)) _notes.Add(what);
    }

    /// <summary>Over the rounds; null when it was not measured.</summary>
    public double? Median(string target, string figure)
    {
        var values = _samples.Where(sample => sample.Target == target && sample.Figure == figure).Select(sample => sample.Value).Order().ToList();
        if (values.Count == 0) return null;
        return values.Count % 2 == 1 ? values[values.Count / 2] : (values[values.Count / 2 - 1] + values[values.Count / 2]) / 2;
    }
}
