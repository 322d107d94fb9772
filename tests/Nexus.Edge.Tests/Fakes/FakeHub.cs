using System.Threading.Channels;
using Grpc.Core;
using Nexus.Contracts.Carriers;

namespace Nexus.Edge.Tests.Fakes;

/// <summary>A hub whose backends the test plays.</summary>
internal sealed class FakeHub : IAsyncDisposable
{
    private readonly Service _service;
    private readonly GrpcServer _server;

    private FakeHub(Service service, GrpcServer server)
    {
        _service = service;
        _server = server;
    }

    public Uri Address => _server.Address;

    /// <summary>When set, every stream is refused with it.</summary>
    public StatusCode? Refusal { set => _service.Refusal = value; }

    public int Opened => _service.Opened;

    public static async Task<FakeHub> StartAsync()
    {
        var service = new Service();
        return new(service, await GrpcServer.StartAsync(service));
    }

    /// <summary>The next stream that was accepted.</summary>
    public Task<HubStream> NextAsync() => _service.Streams.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().BoundedAsync();

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private sealed class Service : RawStreamsBase
    {
        private int _opened;

        public StatusCode? Refusal { get; set; }

        public int Opened => Volatile.Read(ref _opened);

        public Channel<HubStream> Streams { get; } = Channel.CreateUnbounded<HubStream>();

        public override async Task Relay(IAsyncStreamReader<RelayFrame> requestStream, IServerStreamWriter<RelayFrame> responseStream, ServerCallContext context)
        {
            Interlocked.Increment(ref _opened);
            if (await RelayServerChannel.ReadOpenAsync(requestStream, context.CancellationToken) is not { } open)
            {
                RelayServerChannel.Refuse(context, StatusCode.InvalidArgument, "invalid_open");
                return;
            }
            if (Refusal is { } refusal)
            {
                RelayServerChannel.Refuse(context, refusal, "test");
                return;
            }
            await using var channel = new RelayServerChannel(requestStream, responseStream, context);
            await channel.AcceptAsync();
            var stream = new HubStream(open, channel, context.CancellationToken);
            await Streams.Writer.WriteAsync(stream, context.CancellationToken);
            await stream.Ended;
            channel.End(stream.EndReason);
        }
    }
}
