using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;

namespace Nexus.Contracts.Carriers;

/// <summary>How an HTTP answer, or its absence, is a gRPC status (gRPC over HTTP/2, "Responses"), and what that means to an opener.</summary>
internal static class RelayStatus
{
    private const string StatusName = "grpc-status";
    private const string MessageName = "grpc-message";

    /// <summary>False when the headers or trailers contain none.</summary>
    public static bool TryRead(HttpHeaders headers, out Status status)
    {
        status = default;
        if (!headers.NonValidated.TryGetValues(StatusName, out var values)) return false;

        var code = int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= (int)StatusCode.Unauthenticated ? (StatusCode)number : StatusCode.Unknown;
        status = new Status(code, Find(headers, MessageName) is { } message ? Uri.UnescapeDataString(message) : "");
        return true;
    }

    /// <summary>A header's or trailer's value.</summary>
    public static string? Find(HttpHeaders headers, string name) => headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    /// <summary>Whether the answer does not come from a gRPC server, and what it says then.</summary>
    public static bool IsForeign(HttpResponseMessage response, out Status status)
    {
        var contentType = Find(response.Content.Headers, "content-type");
        var isHttpError = response.StatusCode != HttpStatusCode.OK;
        status = isHttpError
            ? new Status(FromHttp(response.StatusCode), $"HTTP status {(int)response.StatusCode}.")
            : new Status(StatusCode.Unknown, $"Content type {contentType ?? "none"}.");
        return isHttpError || contentType?.StartsWith(RelayCall.ContentType, StringComparison.OrdinalIgnoreCase) != true;
    }

    /// <summary>The call broke on its way.</summary>
    public static Status FromTransport(Exception exception) => new(StatusCode.Unavailable, $"The call failed on its way: {exception.Message}", exception);

    /// <summary>What a target's refusal means to a caller.</summary>
    public static OpenRefusal ToRefusal(StatusCode code) => code switch
    {
        StatusCode.NotFound => OpenRefusal.NotFound,
        StatusCode.ResourceExhausted => OpenRefusal.ResourceExhausted,
        StatusCode.Unavailable or StatusCode.Aborted => OpenRefusal.Unavailable,
        _ => OpenRefusal.Rejected,
    };

    // The table "HTTP to gRPC Status Code Mapping" of the gRPC protocol.
    private static StatusCode FromHttp(HttpStatusCode code) => code switch
    {
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };
}
