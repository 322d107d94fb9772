using Nexus.Hub.Bandwidth;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;
using Nexus.Testing;

namespace Nexus.Benchmarks.Bandwidth;

/// <summary>Users that read all they get.</summary>
internal sealed class Downloads : IAsyncDisposable
{
    private readonly List<Download> _all = [];

    public static async Task<Downloads> StartAsync(BackendBandwidth? bandwidth, int count, int window)
    {
        var downloads = new Downloads();
        for (var i = 0; i < count; i++) downloads._all.Add(new(await SocketPair.ConnectAsync(), bandwidth?.OpenStream(), window));
        return downloads;
    }

    /// <summary>One frame for each, as soon as it has a credit.</summary>
    public async ValueTask DeliverToAllAsync(ReadOnlyMemory<byte> frame)
    {
        foreach (var download in _all)
        {
            await download.Credits.WaitAsync();
            if (download.Lane.Deliver(frame.Span) != DeliverResult.Accepted) throw new InvalidOperationException("A frame was not taken.");
        }
    }

    /// <summary>Until all have got all.</summary>
    public Task FinishAsync() => Task.WhenAll(_all.Select(download => download.FinishAsync()));

    public async ValueTask DisposeAsync()
    {
        foreach (var download in _all) await download.DisposeAsync();
    }

    private sealed class Download : IAsyncDisposable
    {
        private readonly SocketPair _sockets;
        private readonly StreamBandwidth? _bandwidth;
        private readonly SocketChannel _sink;
        private readonly Task _running;
        private readonly Task _reading;

        public Download(SocketPair sockets, StreamBandwidth? bandwidth, int window)
        {
            _sockets = sockets;
            _bandwidth = bandwidth;
            _sink = new SocketChannel(sockets.Near);
            Credits = new SemaphoreSlim(window);
            Lane = new ReceiveLane(_sink, 2 * window, frames => Credits.Release(frames), bandwidth?.ToUser);
            _running = Lane.RunAsync(CancellationToken.None);
            _reading = RelayLoad.DrainAsync(sockets.Far);
        }

        public SemaphoreSlim Credits { get; }

        public ReceiveLane Lane { get; }

        public async Task FinishAsync()
        {
            Lane.Complete();
            await _running;
            _bandwidth?.ToUser.Cancel();
            await _sink.CompleteWritesAsync(CancellationToken.None);
            await _reading;
        }

        public async ValueTask DisposeAsync()
        {
            await _sink.DisposeAsync();
            _sockets.Dispose();
            Credits.Dispose();
        }
    }
}
