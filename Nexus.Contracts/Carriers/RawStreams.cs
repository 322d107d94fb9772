using Grpc.Core;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// The service nexus.streams.v1.Streams with raw frames: what generated code would be, but bytes are neither copied into
/// message objects nor allocated per frame.
/// </summary>
public static class RawStreams
{
    private const string ServiceName = "nexus.streams.v1.Streams";

    /// <summary>One call is one user connection (see streams.proto).</summary>
    public static Method<RelayFrame, RelayFrame> RelayMethod { get; } = new(
        MethodType.DuplexStreaming,
        ServiceName,
        "Relay",
        Marshallers.Create<RelayFrame>(RelayFrameFormat.WriteRequest, RelayFrameFormat.ReadRequest),
        Marshallers.Create<RelayFrame>(RelayFrameFormat.WriteResponse, RelayFrameFormat.ReadResponse));

    /// <summary>One call carries all UDP flows of its caller (see streams.proto).</summary>
    public static Method<DatagramBatch, DatagramBatch> DatagramsMethod { get; } = new(
        MethodType.DuplexStreaming,
        ServiceName,
        "Datagrams",
        Marshallers.Create<DatagramBatch>(DatagramBatchFormat.Write, DatagramBatchFormat.Read),
        Marshallers.Create<DatagramBatch>(DatagramBatchFormat.Write, DatagramBatchFormat.Read));

    /// <summary>Called by MapGrpcService with no <paramref name="service"/>, to learn the methods.</summary>
    public static void BindService(ServiceBinderBase serviceBinder, RawStreamsBase? service)
    {
        ArgumentNullException.ThrowIfNull(serviceBinder);
        serviceBinder.AddMethod(RelayMethod, service is null ? null : new DuplexStreamingServerMethod<RelayFrame, RelayFrame>(service.Relay));
        serviceBinder.AddMethod(DatagramsMethod, service is null ? null : new DuplexStreamingServerMethod<DatagramBatch, DatagramBatch>(service.Datagrams));
    }
}
