using Nexus.Benchmarks.Retained;

namespace Nexus.Benchmarks.Budgets;

/// <summary>What stays on the heap for a user who has said something, heard something and is silent since; a quarter more than was measured.</summary>
internal static class RetainedBudgets
{
    private const double HubBytes = 5250;
    private const double ClientBytes = 5400;
    private const double EdgeBytes = 1950;

    public static IEnumerable<AllocationBudget> All => OperatingSystem.IsLinux()
        ?
        [
            new("what a hub keeps for a user", HubBytes, HubShare.MeasureAsync) { Per = "idle user" },
            new("what a client keeps for a user", ClientBytes, ClientShare.MeasureAsync) { Per = "idle user" },
            new("what an edge keeps for a user that it has handed over", EdgeBytes, EdgeShare.MeasureAsync) { Per = "idle user" },
            new("blocks outside the heap that they keep", 0, () => Task.FromResult((double)IdleUsers.HeldOutside / IdleUsers.Total)) { Per = "idle user" },
        ]
        : [];
}
