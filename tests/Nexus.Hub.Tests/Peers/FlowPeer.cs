using System.Text;
using System.Threading.Channels;
using Grpc.Core;
using Nexus.Contracts.Carriers;
using Nexus.Protocol.Backend;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Peers;

/// <summary>An edge with UDP users: one call of `Streams.Datagrams`.</summary>
internal sealed class FlowPeer : IFlowEvents, IAsyncDisposable
{
    private readonly Channel<(ulong Flow, byte[]? Datagram, FlowEnd End)> _events = Channel.CreateUnbounded<(ulong, byte[]?, FlowEnd)>();
    private readonly Dictionary<ulong, FlowShare> _shares = [];
    private readonly GrpcCarrier _carrier = new(new GrpcCarrierOptions(), TimeProvider.System);
    private readonly CancellationTokenSource _stop = new();
    private readonly DatagramClientCall _call;
    private readonly Task<Status> _running;

    public FlowPeer(HubUnderTest hub)
    {
        _call = _carrier.OpenDatagrams(hub.GrpcAddress, this, new DatagramOutboxOptions()) ?? throw new InvalidOperationException("No address.");
        _running = _call.RunAsync(_stop.Token);
    }

    public static OpenStream Request(int port, string user = "192.0.2.7:5353") =>
        new() { ClientAddress = user, LocalPort = port, ClaimedPort = port, Transport = StreamTransport.Udp };

    public void Open(ulong flow, int port = 53) => Open(flow, Request(port));

    public void Open(ulong flow, OpenStream open) => Assert.True(_call.Outbox.TryOpen(flow, open));

    public bool TrySend(ulong flow, ReadOnlySpan<byte> datagram)
    {
        var share = _shares.GetValueOrDefault(flow);
        var isSent = _call.Outbox.TrySend(flow, ref share, datagram);
        _shares[flow] = share;
        return isSent;
    }

    public void Send(ulong flow, string datagram) => Assert.True(TrySend(flow, Encoding.UTF8.GetBytes(datagram)));

    public void End(ulong flow, FlowEnd end = FlowEnd.Idle) => _call.Outbox.End(flow, end);

    /// <summary>The next datagram or end, of whichever flow.</summary>
    public Task<(ulong Flow, byte[]? Datagram, FlowEnd End)> NextAsync() =>
        _events.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().BoundedAsync();

    void IFlowEvents.OnOpen(ulong flow, OpenStream? open) => throw new InvalidOperationException("Hubs open none.");

    void IFlowEvents.OnDatagram(ulong flow, ReadOnlySpan<byte> datagram) => _events.Writer.TryWrite((flow, datagram.ToArray(), default));

    void IFlowEvents.OnEnd(ulong flow, FlowEnd end) => _events.Writer.TryWrite((flow, null, end));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)_running).BoundedAsync();
        _call.Dispose();
        _carrier.Dispose();
        _stop.Dispose();
    }
}
