using Grpc.Core;

namespace Nexus.Contracts.Carriers;

/// <summary>Base class of a server of nexus.streams.v1.Streams, for MapGrpcService.</summary>
[BindServiceMethod(typeof(RawStreams), nameof(RawStreams.BindService))]
public abstract class RawStreamsBase
{
    /// <summary>Serves one user connection; see <see cref="RelayServerChannel"/> for its parts.</summary>
    public abstract Task Relay(IAsyncStreamReader<RelayFrame> requestStream, IServerStreamWriter<RelayFrame> responseStream, ServerCallContext context);

    /// <summary>Serves the UDP flows of one caller; see <see cref="DatagramExchange"/>. UNIMPLEMENTED unless overridden.</summary>
    public virtual Task Datagrams(IAsyncStreamReader<DatagramBatch> requestStream, IServerStreamWriter<DatagramBatch> responseStream, ServerCallContext context) =>
        throw new RpcException(new Status(StatusCode.Unimplemented, ""));
}
