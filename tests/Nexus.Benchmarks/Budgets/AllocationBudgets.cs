using System.Globalization;

namespace Nexus.Benchmarks.Budgets;

/// <summary>All budgets: the data path allocates nothing per frame, and an idle user costs little, whatever the machine's speed.</summary>
internal static class AllocationBudgets
{
    public static IEnumerable<AllocationBudget> All => [.. FrameBudgets.All, .. PeekBudgets.All, .. RelayBudgets.All, .. CarrierBudgets.All, .. RetainedBudgets.All];

    /// <summary>Prints a line per budget; returns 1 when one is exceeded.</summary>
    /// <param name="part">Of the names of those that are checked.</param>
    /// <param name="output">Where to.</param>
    public static async Task<int> CheckAsync(string part, TextWriter output)
    {
        var exceeded = 0;
        foreach (var budget in All.Where(budget => budget.Name.Contains(part, StringComparison.Ordinal)))
        {
            var (isKept, measured) = await budget.CheckAsync();
            if (!isKept) exceeded++;
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{(isKept ? "ok  " : "OVER")} {budget.Name}: {measured:0.##} of {budget.BytesPerOperation:0} bytes per {budget.Per}"));
        }

        return exceeded == 0 ? 0 : 1;
    }
}
