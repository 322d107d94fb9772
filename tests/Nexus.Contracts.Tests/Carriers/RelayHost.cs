using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Nexus.Contracts.Carriers;

/// <summary>Streams.Relay in Kestrel on a free port; what a stream does is the test's.</summary>
internal sealed class RelayHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RelayHost(WebApplication app) => _app = app;

    public delegate Task Serve(OpenStream? open, RelayServerChannel channel, ServerCallContext context);

    public string Address => _app.Urls.Single();

    public static Task<RelayHost> StartAsync(Serve serve, bool hasService = true) => StartAsync<Service>(services => services.AddSingleton(serve), hasService);

    /// <summary>Whose users go to a reception, as in a hub.</summary>
    public static Task<RelayHost> StartAsync(IStreamReception reception) => StartAsync<ReceivingService>(services => services.AddSingleton(reception), hasService: true);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static async Task<RelayHost> StartAsync<TService>(Action<IServiceCollection> configure, bool hasService)
        where TService : class
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        configure(builder.Services);
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = RelayWindows.StreamsPerConnection;
            kestrel.Limits.Http2.InitialStreamWindowSize = RelayWindows.Stream;
            kestrel.Limits.Http2.InitialConnectionWindowSize = RelayWindows.Connection;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        if (hasService) app.MapGrpcService<TService>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RelayHost(app);
    }

    private sealed class Service(Serve serve) : RawStreamsBase
    {
        public override async Task Relay(IAsyncStreamReader<RelayFrame> requestStream, IServerStreamWriter<RelayFrame> responseStream, ServerCallContext context)
        {
            var open = await RelayServerChannel.ReadOpenAsync(requestStream, context.CancellationToken);
            await using var channel = new RelayServerChannel(requestStream, responseStream, context);
            await serve(open, channel, context);
        }
    }

    private sealed class ReceivingService(IStreamReception reception) : ReceivingStreamsBase(reception, new NoFlows());

    private sealed class NoFlows : IFlowReception
    {
        public CancellationToken Stopped => default;

        public (IReceivedFlow? Flow, FlowEnd Refusal) Open(OpenStream? open, IFlowUser user, ulong number) => (null, FlowEnd.NoBackend);
    }
}
