using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Nexus.Edge.Passthrough;

namespace Nexus.Edge.PlainHttp;

/// <summary>Small plain answers of the edge itself.</summary>
internal static class StatusPage
{
    public static Task WriteAsync(HttpContext context, int status)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{status} {ReasonPhrases.GetReasonPhrase(status)}\n");
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = text.Length;
        context.Response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = HttpRefusal.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(text, context.RequestAborted);
    }
}
