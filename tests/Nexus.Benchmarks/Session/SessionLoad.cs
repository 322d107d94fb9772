using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Nexus.Benchmarks.Session;

/// <summary>The users of a session, each a thread, and what their load costs the processes in between.</summary>
/// <param name="users">Where they connect.</param>
/// <param name="processes">Whose CPU seconds count.</param>
/// <param name="output">Takes a line a run.</param>
internal sealed class SessionLoad(IPEndPoint users, int[] processes, TextWriter output)
{
    private const double Gibibyte = 1024.0 * 1024 * 1024;
    private const int BufferSize = 256 * 1024;
    private const int MessageSize = 64;

    public async Task BulkAsync(char direction, long total, int count, bool isWarmUp)
    {
        var before = CpuSeconds();
        var began = Stopwatch.GetTimestamp();
        await InThreadsAsync(count, () => Move(direction, total / count));
        var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var gibibytes = total / Gibibyte;
        var cpu = CpuSeconds().Zip(before, (after, earlier) => (after - earlier) / gibibytes).ToArray();
        if (isWarmUp) return;
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{(direction == 'D' ? "down" : "up"),-4} {count,3} users  {total / elapsed / 1024 / 1024,7:0} MiB/s  CPU s/GiB: hub {cpu[0]:0.00} client {cpu[1]:0.00} both {cpu.Sum():0.00}"));
    }

    public async Task RoundTripsAsync(int count, TimeSpan duration)
    {
        var before = CpuSeconds();
        List<double> times = [];
        await InThreadsAsync(count, () => Ask(duration, times));
        times.Sort();
        var cpu = CpuSeconds().Zip(before, (after, earlier) => (after - earlier) / times.Count * 1e6).ToArray();
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"round trips: {times.Count}, p50 {times[times.Count / 2]:0} us, p99 {times[times.Count * 99 / 100]:0} us, CPU us each: hub {cpu[0]:0} client {cpu[1]:0}"));
    }

    private double[] CpuSeconds() => [.. processes.Select(id =>
    {
        using var process = Process.GetProcessById(id);
        return process.TotalProcessorTime.TotalSeconds;
    })];

    private static Task InThreadsAsync(int count, Action run) => Task.WhenAll(Enumerable.Range(0, count).Select(_ =>
        Task.Factory.StartNew(run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    private Socket Connect(char command, long length)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(users);
        socket.Send([(byte)command, .. BitConverter.GetBytes(length)]);
        return socket;
    }

    private void Move(char direction, long length)
    {
        using var socket = Connect(direction, length);
        var buffer = new byte[BufferSize];
        var left = length;
        while (direction == 'U' && left > 0) left -= socket.Send(buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)));
        var expected = direction == 'U' ? 1 : length;
        while (expected > 0)
        {
            var count = socket.Receive(buffer);
            if (count == 0) throw new IOException($"{expected} bytes are missing.");
            expected -= count;
        }
    }

    /// <summary>About a thousand a second over 64 users.</summary>
    private void Ask(TimeSpan duration, List<double> all)
    {
        using var socket = Connect('E', 0);
        var message = new byte[MessageSize];
        List<double> times = [];
        Thread.Sleep(Random.Shared.Next(64));
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < duration; Thread.Sleep(63))
        {
            var asked = Stopwatch.GetTimestamp();
            socket.Send(message);
            for (var count = 0; count < message.Length;) count += socket.Receive(message.AsSpan(count));
            times.Add(Stopwatch.GetElapsedTime(asked).TotalMicroseconds);
        }

        lock (all) all.AddRange(times);
    }
}
