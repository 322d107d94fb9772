namespace Nexus.Benchmarks.Field.Measuring;

/// <summary>Time that a measurement lets pass: what is measured there is what happens by itself.</summary>
internal static class Pause
{
    public static async Task ForAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        if (duration <= TimeSpan.Zero) return;
        using var timer = new PeriodicTimer(duration);
        await timer.WaitForNextTickAsync(cancellationToken);
    }
}
