using Grpc.Core;
using Nexus.Contracts.Routing.V1;

namespace Nexus.Mesh.Tests.Directory;

/// <summary>An edge's call, from its side.</summary>
internal sealed class WatchCall(RouteDirectory.RouteDirectoryClient directory) : IDisposable
{
    private readonly AsyncServerStreamingCall<WatchResponse> _call =
        directory.Watch(new WatchRequest { WatcherId = "edge" }, cancellationToken: TestContext.Current.CancellationToken);

    public WatchCall(MeshUnderTest mesh)
        : this(mesh.Client())
    {
    }

    public async Task<WatchResponse> NextAsync()
    {
        Assert.True(await _call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).BoundedAsync());
        return _call.ResponseStream.Current;
    }

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

    public void Dispose() => _call.Dispose();
}
