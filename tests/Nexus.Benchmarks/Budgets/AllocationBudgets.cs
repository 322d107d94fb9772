using System.Globalization;

namespace Nexus.Benchmarks.Budgets;

/// <summary>All budgets: the data path allocates nothing per frame, whatever the machine's speed.</summary>
internal static class AllocationBudgets
{
    public static IEnumerable<AllocationBudget> All => [.. FrameBudgets.All, .. PeekBudgets.All, .. RelayBudgets.All, .. CarrierBudgets.All];

    /// <summary>Prints a line per budget; returns 1 when one is exceeded.</summary>
    public static async Task<int> CheckAllAsync(TextWriter output)
    {
        var exceeded = 0;
        foreach (var budget in All)
        {
            var (isKept, measured) = await budget.CheckAsync();
            if (!isKept) exceeded++;
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{(isKept ? "ok  " : "OVER")} {budget.Name}: {measured:0.##} of {budget.BytesPerOperation:0} bytes per operation"));
        }

        return exceeded == 0 ? 0 : 1;
    }
}
