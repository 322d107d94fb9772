using Microsoft.Extensions.Primitives;
using Nexus.Protocol.WebSockets;

namespace Nexus.WebSocketHosting.Listening;

/// <summary>The rules of spec/node.md §1.1 for a request on a WebSocket listener.</summary>
internal static class UpgradeRequest
{
    /// <summary>The status code of the answer; 101 for a request to be upgraded.</summary>
    /// <param name="request">Of a stranger.</param>
    /// <param name="path">The only one that is upgraded.</param>
    public static int Check(HttpRequest request, string path)
    {
        if (!string.Equals(request.Path.Value, path, StringComparison.Ordinal)) return StatusCodes.Status404NotFound;
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
