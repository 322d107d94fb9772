using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>How a response, or its absence, is a gRPC status.</summary>
internal static class ResponseStatus
{
    public static bool TryRead(HttpHeaders headers, out Status status)
    {
        status = default;
        if (!headers.NonValidated.TryGetValues(GrpcHeader.Status, out var values)) return false;

        var code = int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= (int)StatusCode.Unauthenticated ? (StatusCode)number : StatusCode.Unknown;
        var message = headers.NonValidated.TryGetValues(GrpcHeader.Message, out var messages) ? StatusMessage.Decode(messages.ToString()) : "";
        status = new Status(code, message);
        return true;
    }

    public static Metadata ReadMetadata(HttpHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers.NonValidated)
        {
            foreach (var value in values) MetadataText.Add(metadata, name, value);
        }

        return metadata;
    }

    /// <summary>An answer that does not come from a gRPC server.</summary>
    public static bool IsForeign(HttpResponseMessage response, out Status status)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            status = new Status(FromHttp(response.StatusCode), $"Bad gRPC response. HTTP status code: {(int)response.StatusCode}");
            return true;
        }

        var contentType = response.Content.Headers.NonValidated.TryGetValues("content-type", out var values) ? values.ToString() : null;
        status = new Status(StatusCode.Unknown, $"Bad gRPC response. Content type: {contentType ?? "none"}");
        return !GrpcHeader.IsGrpcContentType(contentType);
    }

    public static Status FromTransport(Exception exception) => exception switch
    {
        OperationCanceledException => new Status(StatusCode.Cancelled, "Call canceled by the client.", exception),
        HttpProtocolException { ErrorCode: var code } => new Status(FromHttp2(code), $"HTTP/2 error {code}.", exception),
        { InnerException: HttpProtocolException { ErrorCode: var code } } => new Status(FromHttp2(code), $"HTTP/2 error {code}.", exception),
        _ => new Status(StatusCode.Unavailable, $"The call failed on its way: {exception.Message}", exception),
    };

    private static StatusCode FromHttp(HttpStatusCode code) => code switch
    {
        HttpStatusCode.BadRequest => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    // RFC 9113 §7 to the table "HTTP2 Transport Mapping" of the gRPC protocol.
    private static StatusCode FromHttp2(long code) => code switch
    {
        0x7 => StatusCode.Unavailable, // REFUSED_STREAM
        0x8 => StatusCode.Cancelled, // CANCEL
        0xb => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        0xc => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };
}
