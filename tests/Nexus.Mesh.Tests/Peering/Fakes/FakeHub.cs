using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.Contracts.Carriers;
using Nexus.Protocol.Channels;

namespace Nexus.Mesh.Tests.Peering.Fakes;

/// <summary>A hub of the mesh's region, as far as a mesh sees one: takes streams and flows by gRPC and leaves what becomes of them to the test.</summary>
internal sealed class FakeHub : IStreamReception, IFlowReception, IAsyncDisposable
{
    private readonly Channel<HubStream> _streams = System.Threading.Channels.Channel.CreateUnbounded<HubStream>();
    private readonly Channel<HubFlow> _flows = System.Threading.Channels.Channel.CreateUnbounded<HubFlow>();
    private readonly FreePort _port = FreePort.Reserve();
    private WebApplication? _app;

    public string Address => $"http://127.0.0.1:{_port.Port}";

    public TimeSpan LingerLimit => TimeSpan.FromSeconds(1);

    /// <summary>Serves each stream by itself, instead of <see cref="NextAsync"/>.</summary>
    public Func<HubStream, Task>? Serve { get; init; }

    public static async Task<FakeHub> StartAsync(Func<HubStream, Task>? serve = null)
    {
        var hub = new FakeHub { Serve = serve };
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = RelayWindows.StreamsPerConnection; // as all services have it
            kestrel.Limits.Http2.InitialStreamWindowSize = RelayWindows.Stream;
            kestrel.Limits.Http2.InitialConnectionWindowSize = RelayWindows.Connection;
            kestrel.Listen(hub._port.EndPoint, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<IStreamReception>(hub);
        builder.Services.AddSingleton<IFlowReception>(hub);
        hub._app = builder.Build();
        hub._app.MapGrpcService<Streams>();
        await hub._app.StartAsync(TestContext.Current.CancellationToken);
        return hub;
    }

    /// <summary>The next stream that somebody wants to open; it waits for its answer.</summary>
    public Task<HubStream> NextAsync() => _streams.Reader.ReadAsync(TestContext.Current.CancellationToken).BoundedAsync();

    /// <summary>The next UDP flow; it was taken.</summary>
    public Task<HubFlow> NextFlowAsync() => _flows.Reader.ReadAsync(TestContext.Current.CancellationToken).BoundedAsync();

    /// <summary>What flows are refused with, instead of being taken.</summary>
    public FlowEnd? FlowRefusal { get; set; }

    /// <summary>Whether nobody has asked for a stream or a flow that was not looked at.</summary>
    public bool IsIdle => _streams.Reader.Count == 0 && _flows.Reader.Count == 0;

    public CancellationToken Stopped => default;

    public (IReceivedFlow? Flow, FlowEnd Refusal) Open(OpenStream? open, IFlowUser user, ulong number)
    {
        if (open is null || FlowRefusal is not null) return (null, FlowRefusal ?? FlowEnd.Invalid);
        var flow = new HubFlow(open, user, number);
        _flows.Writer.TryWrite(flow);
        return (flow, default);
    }

    public async ValueTask<Reception> OpenAsync(OpenStream? open, IByteChannel user, CancellationToken gone)
    {
        if (open is null) return Reception.Refused(Grpc.Core.StatusCode.InvalidArgument, "invalid_open");
        var stream = new HubStream(open, user, gone);
        if (Serve is null)
        {
            _streams.Writer.TryWrite(stream);
            return await stream.AnswerAsync();
        }

        stream.Take();
        var reception = await stream.AnswerAsync();
        var serving = Serve(stream);
        return serving.IsFaulted ? Reception.Refused(Grpc.Core.StatusCode.Internal, "test_failed") : reception;
    }

    /// <summary>As a killed process.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.StopAsync(new CancellationToken(canceled: true));
            await app.DisposeAsync();
        }

        _port.Dispose();
    }

    private sealed class Streams(IStreamReception reception, IFlowReception flows) : ReceivingStreamsBase(reception, flows);
}
