using System.Diagnostics;
using Nexus.Testing;

namespace Nexus.SystemTests.Golden.Wire;

/// <summary>Waits for what the other side does, looking again whenever something arrives.</summary>
internal sealed class Changes
{
    // Long enough for a message over loopback, short enough that a clock that has to be moved does not hold the test up.
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(50);

    private TaskCompletionSource _next = New();

    public void Signal() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    /// <param name="isSo">Looked at after every change.</param>
    /// <param name="what">For the failure.</param>
    /// <param name="nudge">Moves the clock a little further, for what comes by time.</param>
    public async Task UntilAsync(Func<bool> isSo, Func<string> what, Action? nudge = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var next = Volatile.Read(ref _next).Task;
            if (isSo()) return;
            if (Stopwatch.GetElapsedTime(began) > TestTimeouts.Default) throw new TimeoutException($"Never seen: {what()}");
            try
            {
                await next.WaitAsync(s_lookAgain, TestContext.Current.CancellationToken);
            }
            catch (TimeoutException)
            {
                nudge?.Invoke();
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
