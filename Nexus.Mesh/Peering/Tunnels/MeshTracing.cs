using System.Diagnostics;
using Nexus.ServiceDefaults;

namespace Nexus.Mesh.Peering.Tunnels;

/// <summary>One span per tunnel and mesh, in the trace that the user's edge began.</summary>
internal static class MeshTracing
{
    private static readonly ActivitySource s_source = new("Nexus.Mesh");

    public static Activity? Start(TunnelSide side, string? traceParent, string? traceState)
    {
        // The HTTP server's span of the call would be a trace of its own beside each connection's, and says less.
        if (Activity.Current is { } call)
        {
            call.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            Activity.Current = null; // nor is it anyone's parent
        }

        var name = side == TunnelSide.Origin ? "nexus.mesh.origin" : "nexus.mesh.destination";
        return ActivityContext.TryParse(traceParent, traceState, isRemote: true, out var before)
            ? s_source.StartActivity(name, ActivityKind.Server, before)
            : s_source.StartActivity(name, ActivityKind.Server);
    }

    public static void End(Activity? span, TunnelEnd end)
    {
        if (span is null) return;
        span.SetTag("nexus.end", EnumWord.Of(end));
        if (end != TunnelEnd.Completed) span.SetStatus(ActivityStatusCode.Error, EnumWord.Of(end));
        span.Dispose();
    }
}
