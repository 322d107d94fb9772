using System.Threading.Channels;
using Grpc.Core;
using Nexus.Contracts.Routing.V1;

namespace Nexus.Edge.Tests.Fakes;

/// <summary>A route directory whose answers the test writes.</summary>
internal sealed class FakeMesh : IAsyncDisposable
{
    private readonly Service _service = new();
    private GrpcServer? _server;

    public Uri Address { get; private set; } = new("http://127.0.0.1:1");

    public async Task StartAsync()
    {
        _server = await GrpcServer.StartAsync(_service, Address.Port == 1 ? 0 : Address.Port);
        Address = _server.Address;
    }

    /// <summary>Breaks the calls and refuses new ones.</summary>
    public async Task StopAsync()
    {
        _service.EndCalls();
        if (_server is not null) await _server.DisposeAsync();
        _server = null;
    }

    /// <summary>The edge's next call, already made or still to come.</summary>
    public Task<WatchCall> NextCallAsync() => _service.Calls.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().BoundedAsync();

    public async ValueTask DisposeAsync() => await StopAsync();

    private sealed class Service : RouteDirectory.RouteDirectoryBase
    {
        private readonly List<WatchCall> _open = [];

        public Channel<WatchCall> Calls { get; } = Channel.CreateUnbounded<WatchCall>();

        public void EndCalls() => _open.ForEach(call => call.End());

        public override async Task Watch(WatchRequest request, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context)
        {
            var call = new WatchCall();
            _open.Add(call);
            await Calls.Writer.WriteAsync(call, context.CancellationToken);
            await foreach (var response in call.Responses.ReadAllAsync(context.CancellationToken)) await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }
}
