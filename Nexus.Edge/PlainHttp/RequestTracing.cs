using System.Diagnostics;
using Yarp.ReverseProxy.Forwarder;

namespace Nexus.Edge.PlainHttp;

/// <summary>
/// One span per request on port 80. Its context travels to the hub with the stream that the request opens, never in the
/// request itself; a request on a stream that is open already has a trace of its own.
/// </summary>
internal static class RequestTracing
{
    private static readonly ActivitySource s_activities = new("Nexus.Edge");
    private static readonly HttpRequestOptionsKey<Activity> s_span = new("Nexus.Edge.Span");

    public static Activity? Start() => s_activities.StartActivity("request", ActivityKind.Server);

    /// <summary>No method, host or path: they are the user's affair.</summary>
    public static void Describe(Activity? span, int status, ForwarderError error)
    {
        if (span is null) return;
        span.SetTag("http.response.status_code", status);
        if (error == ForwarderError.None) return;
        span.SetTag("error.type", error.ToString());
        span.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>Connections are opened apart from the request's own flow of control, so it carries the span.</summary>
    public static void Attach(HttpRequestMessage request)
    {
        if (Activity.Current is { } span) request.Options.Set(s_span, span);
    }

    public static Activity? SpanOf(HttpRequestMessage request) => request.Options.TryGetValue(s_span, out var span) ? span : null;
}
