using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Nexus.Protocol.WebSockets;
using Nexus.WebSocketHosting.Transport;

namespace Nexus.WebSocketHosting.Listening;

/// <summary>Answers every request on the WebSocket listener: one path is upgraded, all else is refused.</summary>
internal sealed class UpgradeEndpoint(IUpgradeHandler handler, IWebSocketGate gate)
{
    /// <summary>What Kestrel takes as "this header is set" and writes as nothing: the 101 carries no Date (spec/node.md §1.1).</summary>
    private static readonly StringValues s_unwritten = new([null]);

    /// <summary>Middleware: requests of the other listeners go on to <paramref name="next"/>.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        context.Features.Get<PendingConnection>() is { } pending ? AnswerAsync(context, pending) : next(context);

    private async Task AnswerAsync(HttpContext context, PendingConnection pending)
    {
        var status = UpgradeRequest.Check(context.Request, gate.Terms.Path);
        if (status == StatusCodes.Status101SwitchingProtocols && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            // The other side may be silent for long and read slowly: sessions have deadlines of their own.
            if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
            var headers = context.Response.Headers;
            headers.Date = s_unwritten;
            headers.Upgrade = "websocket";
            headers.SecWebSocketAccept = WebSocketHandshake.ComputeAccept(context.Request.Headers.SecWebSocketKey.ToString());
            await using var unused = await upgrade.UpgradeAsync(); // the session has the connection itself
            pending.UpgradeCompleted();
            var transport = context.Features.Get<LineConnection>() ?? throw new InvalidOperationException("The connection came by another transport.");
            await handler.ServeAsync(new(context, transport, transport.TakeReceived(), pending));
            return;
        }

        await RefuseAsync(context, status == StatusCodes.Status101SwitchingProtocols ? StatusCodes.Status400BadRequest : status);
    }

    private Task RefuseAsync(HttpContext context, int status)
    {
        gate.UpgradeRefused(status);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        if (status != StatusCodes.Status404NotFound) response.Headers["Sec-Websocket-Version"] = "13";
        response.Headers.Connection = "close"; // strangers get one try per connection
        var text = ReasonPhrases.GetReasonPhrase(status) + "\n";
        response.ContentLength = text.Length;
        return response.WriteAsync(text, context.RequestAborted);
    }
}
