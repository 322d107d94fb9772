using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Nexus.ServiceDefaults;

/// <summary>
/// Names the server spans and gives them the http.* and rpc.* tags of the semantic conventions, which ASP.NET Core 10
/// leaves to instrumentation packages. Spans of health checks are not exported.
/// </summary>
internal sealed class ServerSpanFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(DescribeAsync);
        next(app);
    };

    private static async Task DescribeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is not { IsAllDataRequested: true } span)
        {
            await next(context);
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            Describe(span, context);
        }
    }

    private static void Describe(Activity span, HttpContext context)
    {
        var request = context.Request;
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        if (route is "/health" or "/alive") span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;

        span.DisplayName = route is null ? request.Method : $"{request.Method} {route}";
        span.SetTag("http.request.method", request.Method);
        span.SetTag("url.scheme", request.Scheme);
        span.SetTag("network.protocol.version", request.Protocol.Replace("HTTP/", "", StringComparison.Ordinal));
        span.SetTag("http.response.status_code", context.Response.StatusCode);
        if (route is not null) span.SetTag("http.route", route);
        if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError) span.SetStatus(ActivityStatusCode.Error);
        if (request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true && route is not null) DescribeCall(span, route);
    }

    // "/package.Service/Method"
    private static void DescribeCall(Activity span, string route)
    {
        var slash = route.LastIndexOf('/');
        if (slash < 1) return;
        span.DisplayName = route[1..];
        span.SetTag("rpc.system", "grpc");
        span.SetTag("rpc.service", route[1..slash]);
        span.SetTag("rpc.method", route[(slash + 1)..]);
    }
}
