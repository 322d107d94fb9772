namespace Nexus.Benchmarks.Budgets;

/// <summary>What one operation may allocate in steady state.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="BytesPerOperation">The most that is allowed. Zero leaves room for less than one byte per operation: a timer or a grown list in thousands.</param>
/// <param name="MeasureAsync">Runs the operation often enough, after warming up, and returns the bytes per operation.</param>
internal sealed record AllocationBudget(string Name, double BytesPerOperation, Func<Task<double>> MeasureAsync)
{
    private const double Tolerance = 0.99;

    /// <summary>What <see cref="BytesPerOperation"/> counts, if not that.</summary>
    public string Per { get; init; } = "operation";

    public async Task<(bool IsKept, double Measured)> CheckAsync()
    {
        var measured = await MeasureAsync();
        return (measured <= BytesPerOperation + Tolerance, measured);
    }

    /// <summary>A budget of an operation that completes synchronously.</summary>
    public static AllocationBudget Of(string name, double bytesPerOperation, Action operation) =>
        new(name, bytesPerOperation, () => Task.FromResult(Measure(operation)));

    private static double Measure(Action operation)
    {
        const int warmUps = 2_000, operations = 20_000;
        for (var i = 0; i < warmUps; i++) operation();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < operations; i++) operation();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)operations;
    }
}
