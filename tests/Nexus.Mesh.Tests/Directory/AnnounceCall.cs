using Grpc.Core;
using Grpc.Net.Client;
using Nexus.Contracts.Routing.V1;

namespace Nexus.Mesh.Tests.Directory;

/// <summary>A hub's call, from its side, on a connection of its own.</summary>
internal sealed class AnnounceCall : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<AnnounceRequest, AnnounceResponse> _call;

    public AnnounceCall(MeshUnderTest mesh)
        : this(mesh.Channel())
    {
    }

    public AnnounceCall(GrpcChannel channel)
    {
        _channel = channel;
        _call = new RouteDirectory.RouteDirectoryClient(_channel).Announce(cancellationToken: TestContext.Current.CancellationToken);
    }

    public static AnnounceRequest Open(string id) => new() { Open = new() { Target = new() { Id = id, StreamAddress = "http://127.0.0.1:5011" } } };

    public static AnnounceRequest Full(ulong revision, params (string Host, uint Weight)[] routes) =>
        new() { Full = new() { Revision = revision, Keys = { routes.Select(route => Weighted(route.Host, route.Weight)) } } };

    public static WeightedKey Weighted(string host, uint weight) => new() { Key = new() { Host = host }, Weight = weight };

    public Task OpenAsync(string id) => SendAsync(Open(id));

    public async Task<Lease> FullAsync(ulong revision, params (string Host, uint Weight)[] routes)
    {
        await SendAsync(Full(revision, routes));
        return await NextAsync();
    }

    public async Task<Lease> BeatAsync()
    {
        await SendAsync(new AnnounceRequest { Heartbeat = new() });
        return await NextAsync();
    }

    public async Task SendAsync(AnnounceRequest request)
    {
        try
        {
            await _call.RequestStream.WriteAsync(request).BoundedAsync();
        }
        catch (Exception ex) when (ex is RpcException or InvalidOperationException or OperationCanceledException)
        {
            // The call is over already; EndAsync tells why.
        }
    }

    public Task CompleteAsync() => _call.RequestStream.CompleteAsync().BoundedAsync();

    /// <summary>The status with which the server ended the call.</summary>
    public async Task<Status> EndAsync()
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await _call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).BoundedAsync())
            {
            }
        });
        return error.Status;
    }

    /// <summary>Ends the connection without a word.</summary>
    public void Cut() => _channel.Dispose();

    public void Dispose() => _call.Dispose();

    private async Task<Lease> NextAsync()
    {
        Assert.True(await _call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).BoundedAsync());
        return _call.ResponseStream.Current.Lease;
    }
}
