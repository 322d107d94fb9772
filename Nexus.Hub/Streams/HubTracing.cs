using System.Diagnostics;
using Nexus.Contracts.Carriers;
using Nexus.Hub.Sessions;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.Streams;

/// <summary>One span per user stream, in the trace that the edge began.</summary>
internal static class HubTracing
{
    public const string SourceName = "Nexus.Hub";

    private static readonly ActivitySource s_source = new(SourceName);

    public static Activity? StartStream(OpenStream open)
    {
        // The HTTP server's span of the call would be a trace of its own beside each connection's, and says less.
        if (Activity.Current is { } call)
        {
            call.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            Activity.Current = null; // nor is it anyone's parent
        }

        return ActivityContext.TryParse(open.TraceParent, open.TraceState, isRemote: true, out var edge)
            ? s_source.StartActivity("nexus.hub.stream", ActivityKind.Server, edge)
            : s_source.StartActivity("nexus.hub.stream", ActivityKind.Server);
    }

    /// <summary>There is none: nobody took the user.</summary>
    public static void RefuseStream(Activity? span, StreamRefusal refusal)
    {
        span?.SetStatus(ActivityStatusCode.Error, EnumWord.Of(refusal));
        span?.Dispose();
    }

    public static void EndStream(Activity? span, UserStream stream, StreamEnd end)
    {
        if (span is null) return;
        span.SetTag("nexus.end", EnumWord.Of(end));
        span.SetTag("nexus.bytes_from_user", stream.BytesFromUser);
        span.SetTag("nexus.bytes_to_user", stream.BytesToUser);
        if (!end.IsOrderly()) span.SetStatus(ActivityStatusCode.Error, EnumWord.Of(end));
        span.Dispose();
    }
}
