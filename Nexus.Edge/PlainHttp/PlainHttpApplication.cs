using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Nexus.Edge.Challenges;
using Nexus.Edge.Passthrough;
using Nexus.Edge.Routing;
using Yarp.ReverseProxy.Forwarder;

namespace Nexus.Edge.PlainHttp;

/// <summary>Serves one request after the other: whose host is it, forward it there, or say why not.</summary>
internal sealed class PlainHttpApplication(LiveRoutes routes, HttpChallenges challenges, IHttpForwarder forwarder, PlainHttpMetrics metrics, IOptions<PlainHttpOptions> options) : IHttpApplication<HttpContext>
{
    private readonly ForwarderRequestConfig _request = new()
    {
        Version = System.Net.HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = options.Value.ActivityTimeout,
        AllowResponseBuffering = false,
    };

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        using var span = RequestTracing.Start();
        var outcome = await ServeAsync(context);
        RequestTracing.Describe(span, context.Response.StatusCode, outcome);
        metrics.RequestEnded(context.Response.StatusCode, outcome);
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        if (exception is not null) metrics.RequestEnded(StatusCodes.Status500InternalServerError, ForwarderError.None);
    }

    private async Task<ForwarderError> ServeAsync(HttpContext context)
    {
        if (RequestTarget.TryRead(context, out var request) is var refusal and > 0)
        {
            context.Response.Headers.Connection = "close"; // what follows on this connection may not be what it seems
            await StatusPage.WriteAsync(context, refusal);
            return ForwarderError.None;
        }
        if (challenges.IsMeant(request.Host, request.Path))
        {
            if (await challenges.AnswerAsync(context, request.Path) is var status and > 0) await StatusPage.WriteAsync(context, status);
            return ForwarderError.None;
        }
        if (routes.Table.FindHost(request.Host) is null)
        {
            await StatusPage.WriteAsync(context, StatusCodes.Status404NotFound);
            return ForwarderError.None;
        }

        var user = context.Features.GetRequiredFeature<UserConnection>();
        var backends = await user.BackendsForAsync(request.Host);
        var error = await forwarder.SendAsync(context, $"http://{request.Host}", backends, _request, new RawRequestTransformer(request));
        if (error != ForwarderError.None && !context.Response.HasStarted)
        {
            await StatusPage.WriteAsync(context, StatusFor(context));
        }
        return error;
    }

    /// <summary>502: the backend broke or answered nonsense. 503: nobody could take the request, try again. The rest is the forwarder's choice.</summary>
    private static int StatusFor(HttpContext context)
    {
        for (var cause = context.GetForwarderErrorFeature()?.Exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is NoBackendException none) return Refusal.StatusFor(none.Refusal);
        }
        return context.Response.StatusCode;
    }
}
