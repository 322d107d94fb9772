namespace Nexus.Certs.Distribution;

/// <summary>Where private keys are handed out: the service's gRPC endpoint, read here only to be checked.</summary>
internal sealed class GrpcEndpointOptions
{
    public const string SectionName = "Kestrel:Endpoints:Grpc";

    public string? Url { get; set; }
}
