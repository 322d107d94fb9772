using System.Diagnostics;
using System.Net.Sockets;
using Xunit;

namespace Nexus.Testing;

/// <summary>Tries again what another process may not be ready for yet.</summary>
public static class Eventually
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    /// <summary>The time it took.</summary>
    public static Task<TimeSpan> SucceedsAsync(Func<Task<bool>> attempt, Func<string> otherwise) => SucceedsAsync(attempt, otherwise, TestTimeouts.Default);

    /// <summary>The same within another limit.</summary>
    public static async Task<TimeSpan> SucceedsAsync(Func<Task<bool>> attempt, Func<string> otherwise, TimeSpan limit)
    {
        var began = Stopwatch.GetTimestamp();
        using var pace = new PeriodicTimer(s_interval);
        do
        {
            if (await TryAsync(attempt)) return Stopwatch.GetElapsedTime(began);
            if (Stopwatch.GetElapsedTime(began) > limit) throw new TimeoutException(otherwise());
        }
        while (await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken));
        throw new TimeoutException(otherwise());
    }

    private static async Task<bool> TryAsync(Func<Task<bool>> attempt)
    {
        try
        {
            return await attempt().WaitAsync(TestTimeouts.Default, TestContext.Current.CancellationToken);
        }
        catch (Exception ex) when (ex is HttpRequestException or IOException or SocketException)
        {
            return false; // refused, reset: not yet
        }
    }
}
