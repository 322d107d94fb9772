using Nexus.Contracts.Carriers;
using Nexus.Contracts.Carriers.HandOver;
using Nexus.Mesh.Directory;

namespace Nexus.Mesh.Peering.Tunnels;

/// <summary>Opens streams at hubs of this region: by a pair of sockets on the same host, else by gRPC.</summary>
internal sealed class HubStreams(GrpcCarrier grpc, TimeProvider time) : IAsyncDisposable
{
    private readonly HandOverCarrier? _pairs = OperatingSystem.IsLinux() ? new HandOverCarrier(new HandOverCarrierOptions(), time) : null;

    public async ValueTask<OpenStreamResult> OpenAsync(HubTarget hub, OpenStream open, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsLinux() && _pairs is not null && hub.HandOverPath.Length > 0
            && await _pairs.TryOpenStreamAsync(hub.HandOverPath, hub.Id, open, default, cancellationToken) is { } opened)
        {
            return opened;
        }

        return await grpc.OpenAsync(hub.StreamAddress, open, default, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (OperatingSystem.IsLinux() && _pairs is not null) await _pairs.DisposeAsync();
    }
}
