using System.Diagnostics;

namespace Nexus.Client.Sessions;

/// <summary>One span per stream, a continuation of the trace that the hub names in <c>connect</c>.</summary>
internal static class ClientTracing
{
    public const string SourceName = "Nexus.Client";

    private static readonly ActivitySource s_source = new(SourceName);

    public static Activity? StartStream(NexusConnectRequest request, string? traceParent, string? traceState)
    {
        if (!s_source.HasListeners()) return null;
        ActivityContext.TryParse(traceParent, traceState, isRemote: true, out var parent);
        var activity = s_source.StartActivity("nexus.stream", ActivityKind.Server, parent);
        // No host name and no address: they are the user's affair.
        activity?.SetTag("nexus.backend", request.BackendName);
        activity?.SetTag("nexus.stream.id", request.StreamId);
        activity?.SetTag("nexus.stream.port", request.Port);
        activity?.SetTag("nexus.stream.tls", request.IsTls);
        return activity;
    }

    public static void EndStream(Activity? activity, string? errorType)
    {
        if (activity is null || errorType is null) return;
        activity.SetTag("error.type", errorType);
        activity.SetStatus(ActivityStatusCode.Error);
    }
}
