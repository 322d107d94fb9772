using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Contracts.Carriers;
using Nexus.Identities;
using Nexus.Protocol.Channels;
using Nexus.ServiceDefaults;

namespace Nexus.Benchmarks.Carrier;

/// <summary>The hub's end of the carrier as the hub sets it up, with a source and a sink where the backend's session would be.</summary>
internal static class CarrierHubEnd
{
    /// <summary>The name whose streams send without end; every other one is read and forgotten.</summary>
    public const string Source = "down.test";

    private const int ReadSize = 32 * 1024;
    private const int FrameSize = 16 * 1024; // what a client sends at once

    private static long s_moved;

    /// <summary>Bytes of payload so far, both directions.</summary>
    public static long Moved => Interlocked.Read(ref s_moved);

    public static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateBuilder([
            "--Kestrel:Endpoints:Grpc:Url=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]);
        builder.AddServiceDefaults();
        builder.AddIdentity(new IdentityTerms(ServiceRole.Hub));
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<Service>().OnInternalEndpointsOnly();
        await app.StartAsync();
        return app;
    }

    private static async Task SendAsync(RelayServerChannel user)
    {
        var frame = new byte[FrameSize];
        while (true)
        {
            await user.WriteAsync(frame, CancellationToken.None);
            Interlocked.Add(ref s_moved, frame.Length);
        }
    }

    private static async Task DrainAsync(RelayServerChannel user)
    {
        var buffer = new byte[ReadSize];
        for (var read = ChannelRead.Empty; read.Status is ChannelReadStatus.Empty or ChannelReadStatus.Data; read = user.TryRead(buffer))
        {
            if (read.Status == ChannelReadStatus.Empty) await user.WaitToReadAsync(CancellationToken.None);
            Interlocked.Add(ref s_moved, read.Count);
        }
    }

    private sealed class Service : RawStreamsBase
    {
        public override async Task Relay(IAsyncStreamReader<RelayFrame> requestStream, IServerStreamWriter<RelayFrame> responseStream, ServerCallContext context)
        {
            var open = await RelayServerChannel.ReadOpenAsync(requestStream, context.CancellationToken)
                ?? throw new InvalidOperationException("The first request opens nothing.");
            await using var user = new RelayServerChannel(requestStream, responseStream, context);
            await user.AcceptAsync();
            using var gone = context.CancellationToken.UnsafeRegister(static state => ((RelayServerChannel)state!).Abort(), user);
            try
            {
                await (open.Host == Source ? SendAsync(user) : DrainAsync(user));
            }
            catch (IOException)
            {
                // The user has left: the measurement is over.
            }

            user.End("over");
        }
    }
}
