using Nexus.Testing;

namespace Nexus.Client.Tests.Scripted;

/// <summary>Waits of the test kit, bounded by the running test.</summary>
internal static class Waiting
{
    /// <summary>Waits until a timer is armed for this time from now, then moves the clock there.</summary>
    public static async Task AdvanceToTimerAsync(this ManualTimeProvider time, TimeSpan dueIn)
    {
        await time.WaitForTimerAsync(dueIn, TestContext.Current.CancellationToken);
        time.Advance(dueIn);
    }

    public static Task<CollectedLog> WaitForEventAsync(this LogCollector logs, int eventId) =>
        logs.WaitForAsync(record => record.EventId.Id == eventId, TestContext.Current.CancellationToken);
}
