using System.Buffers;
using System.Net.WebSockets;

namespace Nexus.Demo.Origin;

internal static class Echo
{
    private const int BufferSize = 16 * 1024;

    /// <summary>Sends the body back while it arrives.</summary>
    public static async Task BodyAsync(HttpContext context)
    {
        context.Response.ContentType = context.Request.ContentType ?? "application/octet-stream";
        context.Response.ContentLength = context.Request.ContentLength;
        await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    /// <summary>Sends every message back as it came, fragment by fragment, until the user closes.</summary>
    public static async Task WebSocketAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } received)
                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", context.RequestAborted);
        }
        catch (Exception error) when (error is WebSocketException || (error is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            // The user left without a word.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
