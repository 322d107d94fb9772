using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using Nexus.Benchmarks.Field.Service;

namespace Nexus.Benchmarks.Field.Load;

/// <summary>Users that move a fixed number of bytes one way; every byte is counted.</summary>
internal sealed class BulkLoad(LoadPlan plan)
{
    private const int TurnsOfOne = 16;
    private const int Sinks = 4; // what lands in them is only counted; few, so that they stay in the cache

    private readonly byte[][] _buffers = [.. Enumerable.Range(0, Sinks).Select(_ => new byte[256 * 1024])];
    private readonly LoadErrors _errors = new();
    private long _bytes;

    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        var users = await Task.WhenAll(Enumerable.Range(0, plan.Users).Select(i => LoadUser.ConnectAsync(plan, i, cancellationToken)));
        if (plan.IsBackground) await Console.Out.WriteLineAsync(LoadProgram.Ready);
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(users.Select((user, i) => TryMoveAsync(user, i, cancellationToken)));
        return new() { Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds, Bytes = _bytes, Failures = _errors.Count, Errors = _errors.First };
    }

    private async Task TryMoveAsync(LoadUser user, int index, CancellationToken cancellationToken)
    {
        using var _ = user;
        try
        {
            var share = plan.Bytes / plan.Users + (index < plan.Bytes % plan.Users ? 1 : 0);
            var moved = plan.Kind == LoadKind.Up ? await SendAsync(user, share, cancellationToken) : await ReceiveAsync(user, share, index, cancellationToken);
            Interlocked.Add(ref _bytes, moved);
            if (moved != share) _errors.Add($"User {index}: {moved} of {share} bytes.");
        }
        catch (SocketException ex)
        {
            _errors.Add($"User {index}: {ex.SocketErrorCode}.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (!plan.IsBackground) _errors.Add($"User {index}: not done in time.");
        }
    }

    private async Task<long> ReceiveAsync(LoadUser user, long share, int index, CancellationToken cancellationToken)
    {
        await user.AskAsync(plan, ServiceCommand.Down, share, cancellationToken);
        var buffer = _buffers[index % Sinks];
        long received = 0;
        var turns = 0;
        while (await user.Socket.ReceiveAsync(buffer, cancellationToken) is > 0 and var count) // the end must be an orderly one
        {
            received += count;
            if (++turns % TurnsOfOne == 0) await Task.Yield();
        }

        return received;
    }

    private async Task<long> SendAsync(LoadUser user, long share, CancellationToken cancellationToken)
    {
        await user.AskAsync(plan, ServiceCommand.Up, share, cancellationToken);
        var buffer = _buffers[0];
        var turns = 0;
        for (var left = share; left > 0;)
        {
            left -= await user.Socket.SendAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
            if (++turns % TurnsOfOne == 0) await Task.Yield();
        }

        var answer = new byte[sizeof(long)];
        return await user.ReceiveAsync(answer, cancellationToken) == answer.Length ? BinaryPrimitives.ReadInt64BigEndian(answer) : 0;
    }
}
