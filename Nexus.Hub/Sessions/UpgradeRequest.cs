using Microsoft.Extensions.Primitives;
using Nexus.Protocol.WebSockets;

namespace Nexus.Hub.Sessions;

/// <summary>The rules of spec/node.md §1.1 for a request on the backend listener.</summary>
internal static class UpgradeRequest
{
    public const string Path = "/connect";

    /// <summary>The status code of the answer; 101 for a request to be upgraded.</summary>
    public static int Check(HttpRequest request)
    {
        if (!string.Equals(request.Path.Value, Path, StringComparison.Ordinal)) return StatusCodes.Status404NotFound;
        if (!HasToken(request.Headers.Connection, "upgrade")) return StatusCodes.Status400BadRequest;
        if (!HasToken(request.Headers.Upgrade, "websocket")) return StatusCodes.Status400BadRequest;
        if (!HttpMethods.IsGet(request.Method)) return StatusCodes.Status405MethodNotAllowed;
        if (request.Headers.SecWebSocketVersion is not ["13"]) return StatusCodes.Status400BadRequest;
        return request.Headers.SecWebSocketKey is [{ } key] && WebSocketHandshake.IsValidKey(key)
            ? StatusCodes.Status101SwitchingProtocols
            : StatusCodes.Status400BadRequest;
    }

    private static bool HasToken(StringValues header, string token)
    {
        foreach (var line in header)
        {
            var rest = line.AsSpan();
            foreach (var range in rest.Split(','))
            {
                if (rest[range].Trim().Equals(token, StringComparison.OrdinalIgnoreCase)) return true;
            }
        }

        return false;
    }
}
