using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using Nexus.Contracts.Carriers;
using Nexus.Edge.Tests.Fakes;

namespace Nexus.Edge.Tests.Datagrams;

/// <summary>A hub with one backend for every UDP port, which the test plays.</summary>
internal sealed class EchoHub : IAsyncDisposable
{
    private readonly Service _service;
    private readonly GrpcServer _server;

    private EchoHub(Service service, GrpcServer server)
    {
        _service = service;
        _server = server;
    }

    public Uri Address => _server.Address;

    public static async Task<EchoHub> StartAsync()
    {
        var service = new Service();
        return new(service, await GrpcServer.StartAsync(service));
    }

    /// <summary>The next thing that an edge said.</summary>
    public Task<FlowEvent> NextAsync() => _service.Events.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().BoundedAsync();

    public static void Reply(FlowEvent to, ReadOnlySpan<byte> datagram)
    {
        var share = default(FlowShare);
        Assert.True(to.Outbox.TrySend(to.Flow, ref share, datagram));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>One of the three is set.</summary>
    public sealed record FlowEvent(DatagramOutbox Outbox, ulong Flow, OpenStream? Open, byte[]? Datagram, FlowEnd? End);

    private sealed class Service : RawStreamsBase
    {
        public Channel<FlowEvent> Events { get; } = Channel.CreateUnbounded<FlowEvent>();

        public override Task Relay(IAsyncStreamReader<RelayFrame> requestStream, IServerStreamWriter<RelayFrame> responseStream, ServerCallContext context) =>
            throw new RpcException(new Status(StatusCode.NotFound, ""));

        public override Task Datagrams(IAsyncStreamReader<DatagramBatch> requestStream, IServerStreamWriter<DatagramBatch> responseStream, ServerCallContext context) =>
            new Call(requestStream, responseStream, Events.Writer).RunAsync(context.CancellationToken);
    }

    private sealed class Call : IFlowEvents
    {
        private readonly ConcurrentDictionary<ulong, bool> _open = new();
        private readonly DatagramExchange _exchange;
        private readonly ChannelWriter<FlowEvent> _events;

        public Call(IAsyncStreamReader<DatagramBatch> requests, IAsyncStreamWriter<DatagramBatch> responses, ChannelWriter<FlowEvent> events)
        {
            _exchange = new(requests, responses, this, new DatagramOutboxOptions());
            _events = events;
        }

        public Task<Status> RunAsync(CancellationToken cancellationToken) => _exchange.RunAsync(cancellationToken);

        public void OnOpen(ulong flow, OpenStream? open)
        {
            Assert.True(_open.TryAdd(flow, true));
            _events.TryWrite(new(_exchange.Outbox, flow, open, null, null));
        }

        public void OnDatagram(ulong flow, ReadOnlySpan<byte> datagram)
        {
            Assert.True(_open.ContainsKey(flow));
            _events.TryWrite(new(_exchange.Outbox, flow, null, datagram.ToArray(), null));
        }

        public void OnEnd(ulong flow, FlowEnd end) => _events.TryWrite(new(_exchange.Outbox, flow, null, null, end));
    }
}
