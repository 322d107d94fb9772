namespace Grpc.Core.Wire;

/// <summary>Names of gRPC over HTTP/2.</summary>
internal static class GrpcHeader
{
    public const string ContentType = "application/grpc";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string IdentityEncoding = "identity";
    public const string TransferEncodings = "te";
    public const string Trailers = "trailers";

    /// <summary>"application/grpc", "application/grpc+proto", "application/grpc; …", but not "application/grpc-web".</summary>
    public static bool IsGrpcContentType(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length || contentType[ContentType.Length] is '+' or ';');

    /// <summary>Headers that belong to the protocol and are not shown as metadata.</summary>
    public static bool IsReserved(string name) => name.Length == 0 || name[0] == ':' || s_reserved.Contains(name);

    private static readonly HashSet<string> s_reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        Status, Message, Timeout, Encoding, AcceptEncoding, TransferEncodings, "content-type", "content-length", "host",
    };
}
