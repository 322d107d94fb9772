using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace Nexus.Benchmarks.Field.Delay;

/// <summary>One direction of a line: what is read is written so much later; two threads, and room for all that is under way.</summary>
internal sealed class DelayedDirection(Socket source, Socket destination, TimeSpan delay)
{
    private const int ChunkSize = 64 * 1024;
    private const int MaxChunks = 4096;

    private readonly BlockingCollection<(byte[] Bytes, int Count, long Due)> _underWay = new(MaxChunks);
    private readonly ConcurrentBag<byte[]> _free = [];

    public void Start()
    {
        new Thread(() => UntilBroken(Read)) { IsBackground = true }.Start();
        new Thread(() => UntilBroken(Write)) { IsBackground = true }.Start();
    }

    /// <summary>A side that breaks breaks the other one too.</summary>
    private void UntilBroken(Action pass)
    {
        try
        {
            pass();
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            source.Dispose();
            destination.Dispose();
        }
    }

    private void Read()
    {
        try
        {
            while (true)
            {
                var chunk = _free.TryTake(out var used) ? used : new byte[ChunkSize];
                var count = source.Receive(chunk);
                if (count == 0) return;
                _underWay.Add((chunk, count, Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency)));
            }
        }
        finally
        {
            _underWay.CompleteAdding();
        }
    }

    private void Write()
    {
        foreach (var (bytes, count, due) in _underWay.GetConsumingEnumerable())
        {
            PreciseSleep.For(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due));
            for (var sent = 0; sent < count;) sent += destination.Send(bytes.AsSpan(sent, count - sent));
            _free.Add(bytes);
        }

        destination.Shutdown(SocketShutdown.Send);
    }
}
