using System.Diagnostics;
using System.Net.Sockets;
using Nexus.Benchmarks.Field.Service;

namespace Nexus.Benchmarks.Field.Load;

/// <summary>Users that are brought into a state and kept there until the process is told to stop; says when all are there.</summary>
internal sealed class HeldLoad(LoadPlan plan)
{
    private const int Openers = 32;

    private readonly LoadErrors _errors = new();
    private readonly byte[] _sink = new byte[64 * 1024];
    private int _next = -1;

    /// <param name="held">Cancelled when they may leave.</param>
    /// <param name="cancellationToken">Cancelled when they must be there.</param>
    public async Task<LoadResult> RunAsync(CancellationToken held, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var users = (await Task.WhenAll(Enumerable.Range(0, Openers).Select(_ => OpenAsync(cancellationToken)))).SelectMany(some => some).ToList();
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await Console.Out.WriteLineAsync(LoadProgram.Ready);
        await Task.Delay(Timeout.Infinite, held).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var user in users)
        {
            if (plan.Kind == LoadKind.Idle && (user.Socket.Available > 0 || user.Socket.Poll(0, SelectMode.SelectRead))) _errors.Add("An idle user's connection ended.");
            user.Dispose();
        }

        return new() { Seconds = seconds, Count = users.Count, Failures = _errors.Count, Errors = _errors.First };
    }

    private async Task<List<LoadUser>> OpenAsync(CancellationToken cancellationToken)
    {
        List<LoadUser> users = [];
        while (Interlocked.Increment(ref _next) is var index && index < plan.Users)
        {
            try
            {
                var user = await LoadUser.ConnectAsync(plan, index, cancellationToken);
                users.Add(user);
                await BringAsync(user, cancellationToken);
            }
            catch (SocketException ex)
            {
                _errors.Add($"User {index}: {ex.SocketErrorCode}.");
            }
            catch (EndOfStreamException)
            {
                _errors.Add($"User {index}: closed too early.");
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                _errors.Add($"User {index}: not there in time.");
            }
        }

        return users;
    }

    private async Task BringAsync(LoadUser user, CancellationToken cancellationToken)
    {
        var isStall = plan.Kind == LoadKind.Stall;
        await user.AskAsync(plan, isStall ? ServiceCommand.Down : ServiceCommand.Idle, isStall ? long.MaxValue : 0, cancellationToken);
        for (var left = isStall ? plan.Bytes : 1; left > 0;)
        {
            var count = await user.Socket.ReceiveAsync(_sink.AsMemory(0, (int)Math.Min(left, _sink.Length)), cancellationToken);
            if (count == 0) throw new EndOfStreamException();
            left -= count;
        }
    }
}
