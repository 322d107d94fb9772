using Grpc.Core.Wire;

namespace Grpc.Net.Client;

public sealed class GrpcChannelOptions
{
    /// <summary>Sends the requests; by default a SocketsHttpHandler of the channel's own.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether the channel disposes <see cref="HttpHandler"/> with itself.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>Bytes of the largest message that is received; null: no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; } = MessageFrame.DefaultMaxReceiveMessageSize;
}
