using System.Diagnostics;
using System.Net.Sockets;
using Nexus.Benchmarks.Field.Measuring;
using Nexus.Benchmarks.Field.Service;

namespace Nexus.Benchmarks.Field.Load;

/// <summary>
/// Round trips on a schedule that is fixed beforehand and waits for nobody: each counts from the moment it was due, so that one
/// slow answer is seen in all that had to wait for it.
/// </summary>
internal sealed class LatencyLoad(LoadPlan plan)
{
    private const int MessageSize = 64;
    private const int FirstSeconds = 4; // code is compiled, connections warm up

    private static readonly TimeSpan s_wakeUp = TimeSpan.FromMicroseconds(80); // a sleeper may come so late

    private readonly LoadErrors _errors = new();
    private readonly int _unmeasured = plan.Rate * FirstSeconds;
    private readonly double[] _milliseconds = new double[plan.Count + plan.Rate * FirstSeconds];
    private long _began;

    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        var users = await Task.WhenAll(Enumerable.Range(0, plan.Users).Select(i => LoadUser.ConnectAsync(plan, i, cancellationToken)));
        try
        {
            foreach (var user in users) await user.AskAsync(plan, ServiceCommand.Echo, 0, cancellationToken);
            _began = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 10;
            var receiving = Task.WhenAll(users.Select((user, i) => TryReceiveAsync(user, i, cancellationToken)));
            var pacing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            new Thread(() => Pace(users, pacing, cancellationToken)) { IsBackground = true, Priority = ThreadPriority.Highest }.Start();
            await pacing.Task;
            await receiving;
            return Describe();
        }
        finally
        {
            foreach (var user in users) user.Dispose();
        }
    }

    private long DueAt(int index) => _began + (long)index * Stopwatch.Frequency / plan.Rate;

    /// <summary>A thread of its own: sleeps to shortly before the moment, and spins the rest.</summary>
    private void Pace(LoadUser[] users, TaskCompletionSource done, CancellationToken cancellationToken)
    {
        var message = new byte[MessageSize];
        for (var index = 0; index < _milliseconds.Length && !cancellationToken.IsCancellationRequested; index++)
        {
            var due = DueAt(index);
            PreciseSleep.For(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) - s_wakeUp);
            while (Stopwatch.GetTimestamp() < due) Thread.SpinWait(1);
            var sent = users[index % users.Length].Socket.Send(message, SocketFlags.None, out var error);
            if (error != SocketError.Success || sent != MessageSize) _errors.Add($"Round trip {index}: {error}, {sent} bytes sent.");
        }

        done.SetResult();
    }

    private async Task TryReceiveAsync(LoadUser user, int index, CancellationToken cancellationToken)
    {
        try
        {
            var buffer = new byte[MessageSize];
            for (var next = index; next < _milliseconds.Length; next += plan.Users)
            {
                if (await user.ReceiveAsync(buffer, cancellationToken) != MessageSize)
                {
                    _errors.Add($"User {index}: closed before round trip {next}.");
                    return;
                }

                _milliseconds[next] = Stopwatch.GetElapsedTime(DueAt(next)).TotalMilliseconds;
            }
        }
        catch (SocketException ex)
        {
            _errors.Add($"User {index}: {ex.SocketErrorCode}.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _errors.Add($"User {index}: not done in time.");
        }
    }

    private LoadResult Describe()
    {
        var measured = new Distribution(_milliseconds[_unmeasured..]);
        return new()
        {
            Seconds = Stopwatch.GetElapsedTime(_began).TotalSeconds,
            Count = measured.Count,
            Failures = _errors.Count,
            Errors = _errors.First,
            Milliseconds = new Dictionary<string, double>
            {
                ["p50"] = measured.Median,
                ["p99"] = measured.At(0.99),
                ["p99.9"] = measured.At(0.999),
                ["max"] = measured.Most,
            },
        };
    }
}
