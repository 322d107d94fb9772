using System.Globalization;
using Nexus.Benchmarks.Field.Load;
using Nexus.Testing;

namespace Nexus.Benchmarks.Field.Measuring;

/// <summary>A load process and its result.</summary>
internal sealed class FieldLoad : IAsyncDisposable
{
    private readonly RealProcess _process;
    private readonly LoadPlan _plan;

    private FieldLoad(LoadPlan plan)
    {
        _plan = plan;
        _process = FieldProcess.Start("field-load", plan.ToJson());
    }

    private TimeSpan Limit => TimeSpan.FromSeconds(_plan.LimitSeconds) + TestTimeouts.Default;

    /// <summary>Runs a load that ends by itself.</summary>
    public static async Task<LoadResult> RunAsync(LoadPlan plan, CancellationToken cancellationToken)
    {
        await using var load = new FieldLoad(plan);
        return await load.ResultAsync(cancellationToken);
    }

    /// <summary>Returns when the load is in the state in which it stays.</summary>
    public static async Task<FieldLoad> HoldAsync(LoadPlan plan, CancellationToken cancellationToken)
    {
        var load = new FieldLoad(plan);
        var isReady = false;
        try
        {
            await load._process.WaitForLineAsync(line => line == LoadProgram.Ready, load.Limit, cancellationToken);
            isReady = true;
            return load;
        }
        finally
        {
            if (!isReady) await load.DisposeAsync();
        }
    }

    /// <summary>Ends a load that stays.</summary>
    public Task<LoadResult> StopAsync(CancellationToken cancellationToken)
    {
        _process.Terminate();
        return ResultAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>Adds what failed to the results, with where it was.</summary>
    public static void Report(LoadResult result, string target, string phase, FieldResults results)
    {
        if (result.Failures == 0) return;
        results.AddFailure(string.Create(CultureInfo.InvariantCulture, $"{target}, {phase}: {result.Failures} failed. {string.Join(' ', result.Errors)}"));
    }

    private async Task<LoadResult> ResultAsync(CancellationToken cancellationToken)
    {
        var line = await _process.WaitForLineAsync(each => each.StartsWith(LoadResult.Prefix, StringComparison.Ordinal), Limit, cancellationToken);
        return LoadResult.Parse(line.Text);
    }
}
