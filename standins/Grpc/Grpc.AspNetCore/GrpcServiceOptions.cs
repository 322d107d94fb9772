using Grpc.Core.Wire;

namespace Grpc.AspNetCore.Server;

public class GrpcServiceOptions
{
    /// <summary>Bytes of the largest message that is received; null: no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; } = MessageFrame.DefaultMaxReceiveMessageSize;

    /// <summary>Whether callers see the text of exceptions other than RpcException.</summary>
    public bool? EnableDetailedErrors { get; set; }
}
