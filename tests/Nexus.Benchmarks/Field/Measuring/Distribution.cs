namespace Nexus.Benchmarks.Field.Measuring;

/// <summary>Measured values, in order. There is at least one.</summary>
internal sealed class Distribution
{
    private readonly double[] _sorted;

    public Distribution(IEnumerable<double> values)
    {
        _sorted = [.. values.Order()];
        ArgumentOutOfRangeException.ThrowIfZero(_sorted.Length, nameof(values));
    }

    public int Count => _sorted.Length;

    public double Least => _sorted[0];

    public double Median => At(0.5);

    public double Most => _sorted[^1];

    /// <summary>The value that so great a part of all is below.</summary>
    public double At(double quantile) => _sorted[Math.Min(_sorted.Length - 1, (int)(_sorted.Length * quantile))];
}
