using System.Net.Sockets;
using Nexus.Contracts.Carriers;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Benchmarks.Budgets;

/// <summary>Bytes on their way: socket to session, and session to socket.</summary>
internal static class RelayBudgets
{
    private const int FrameSize = 16 * 1024;
    private const int WarmUps = 500;
    private const int Frames = 2_000;
    private const int Rounds = 4; // the least counts: a pool may buy one more batch buffer when a loop changes threads

    public static IEnumerable<AllocationBudget> All =>
    [
        new("a frame from a socket into a session", 0, SocketToSessionAsync),
        new("a frame from a session into a socket", 0, SessionToSocketAsync),
        new("a chunk from socket to socket", 0, SocketToSocketAsync),
    ];

    /// <summary>One frame at a time: sent into the socket, pulled by the lane, framed, written to the session's stream.</summary>
    private static async Task<double> SocketToSessionAsync()
    {
        using var sockets = await SocketPair.ConnectAsync();
        await using var source = new SocketChannel(sockets.Near);
        using var sink = new FrameCounter();
        using var stop = new CancellationTokenSource();
        var writer = new SessionWriter(sink, new() { Role = WebSocketRole.Server }, TimeProvider.System);
        var lane = new SendLane(writer, StreamId.New(), source, new UnlimitedCredits());
        lane.OpenSilently();
        var running = Task.WhenAll(writer.RunAsync(stop.Token), lane.RunAsync(stop.Token));

        var frame = new byte[FrameSize];
        var least = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < Frames; i++)
            {
                sink.Expect(FrameSize);
                sockets.Far.Send(frame, SocketFlags.None);
                sink.Wait();
            }

            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Frames);
        }

        await stop.CancelAsync();
        await running;
        return least;
    }

    /// <summary>Frames delivered to a socket whose peer reads: the direct way and the queue.</summary>
    private static async Task<double> SessionToSocketAsync()
    {
        using var sockets = await SocketPair.ConnectAsync();
        await using var sink = new SocketChannel(sockets.Near);
        var lane = new ReceiveLane(sink, maxFrames: 128, _ => { });
        var frame = new byte[FrameSize];
        var received = new byte[FrameSize];
        long before = 0;
        for (var i = 0; i < WarmUps + Frames; i++)
        {
            if (i == WarmUps) before = GC.GetAllocatedBytesForCurrentThread();
            lane.Deliver(frame);
            for (var count = 0; count < FrameSize;) count += sockets.Far.Receive(received.AsSpan(count), SocketFlags.None);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Frames;
    }

    /// <summary>One chunk at a time through the edge's relay.</summary>
    private static async Task<double> SocketToSocketAsync()
    {
        using var user = await SocketPair.ConnectAsync();
        using var backend = await SocketPair.ConnectAsync();
        await using var first = new SocketChannel(user.Near);
        await using var second = new SocketChannel(backend.Near);
        using var stop = new CancellationTokenSource();
        var running = DuplexRelay.RunAsync(first, second, new(), TimeProvider.System, stop.Token);

        var chunk = new byte[FrameSize];
        var least = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < Frames; i++)
            {
                user.Far.Send(chunk, SocketFlags.None);
                for (var count = 0; count < FrameSize;) count += backend.Far.Receive(chunk.AsSpan(count), SocketFlags.None);
            }

            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Frames);
        }

        await stop.CancelAsync();
        await running;
        return least;
    }

    private sealed class UnlimitedCredits : ISendCredits
    {
        public bool CanSend => true;

        public int Take(int frames) => frames;

        public void Return(int frames)
        {
        }

        public void Grant(long credits)
        {
        }
    }

    /// <summary>Stands for the session's transport: counts bytes and tells when the expected ones have come.</summary>
    private sealed class FrameCounter : MemoryStream
    {
        private readonly SemaphoreSlim _arrived = new(0);
        private long _missing;

        public void Expect(int bytes) => Interlocked.Add(ref _missing, bytes);

        public void Wait() => _arrived.Wait();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // Framing comes on top of the expected bytes, so the last write of a frame takes the count to zero or below.
            if (Interlocked.Add(ref _missing, -buffer.Length) <= 0)
            {
                Interlocked.Exchange(ref _missing, 0);
                _arrived.Release();
            }

            return ValueTask.CompletedTask;
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        protected override void Dispose(bool disposing)
        {
            _arrived.Dispose();
            base.Dispose(disposing);
        }
    }
}
