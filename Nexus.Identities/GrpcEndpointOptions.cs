namespace Nexus.Identities;

/// <summary>The service's gRPC endpoint, read here only to be checked.</summary>
internal sealed class GrpcEndpointOptions
{
    public const string SectionName = "Kestrel:Endpoints:Grpc";

    public string? Url { get; set; }
}
