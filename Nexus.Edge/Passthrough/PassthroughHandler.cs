using System.Diagnostics;
using Nexus.Protocol.Channels;

namespace Nexus.Edge.Passthrough;

/// <summary>Serves accepted sockets: the bookkeeping around <see cref="PassthroughConnection"/>.</summary>
internal sealed class PassthroughHandler(PassthroughParts parts, PassthroughMetrics metrics, ILogger<PassthroughHandler> logger)
{
    private static readonly TimeSpan s_warningInterval = TimeSpan.FromSeconds(5);
    private static readonly ActivitySource s_activities = new("Nexus.Edge");

    private long _warnedAt;

    /// <summary>Completes when the connection has ended and is closed.</summary>
    /// <param name="user">Disposed here: once it was handed over, nobody keeps its socket.</param>
    /// <param name="arrival">How it came.</param>
    /// <param name="aborted">Cuts it.</param>
    public async Task ServeAsync(SocketChannel user, Arrival arrival, CancellationToken aborted)
    {
        var opened = parts.Time.GetTimestamp();
        using var activity = s_activities.StartActivity("connection", ActivityKind.Server);
        await using var owned = user;
        var connection = new PassthroughConnection(user, arrival, parts);
        var reason = CloseReason.Fault; // stays if ServeAsync throws
        try
        {
            reason = await connection.ServeAsync(aborted);
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            reason = CloseReason.Stopped;
            user.Abort();
        }
        finally
        {
            metrics.Closed(reason, parts.Time.GetElapsedTime(opened));
            metrics.Relayed(connection.BytesToBackend, connection.BytesToUser);
            if (reason == CloseReason.PeekSlotsFull) WarnAboutSlots();
            PassthroughLog.Closed(logger, connection.Addresses.ClientText, connection.Host, arrival.Addresses.LocalPort, reason, connection.BytesToBackend, connection.BytesToUser);
            Describe(activity, reason, connection);
        }
    }

    private static void Describe(Activity? activity, CloseReason reason, PassthroughConnection connection)
    {
        if (activity is null) return;
        activity.SetTag("server.port", connection.Addresses.LocalPort);
        activity.SetTag("nexus.bytes_received", connection.BytesToBackend);
        activity.SetTag("nexus.bytes_sent", connection.BytesToUser);
        if (reason.ToErrorType() is not { } errorType) return;
        activity.SetTag("error.type", errorType);
        activity.SetStatus(ActivityStatusCode.Error, errorType);
    }

    private void WarnAboutSlots()
    {
        var last = Volatile.Read(ref _warnedAt);
        if (last != 0 && parts.Time.GetElapsedTime(last) < s_warningInterval) return;
        if (Interlocked.CompareExchange(ref _warnedAt, parts.Time.GetTimestamp(), last) == last) PassthroughLog.PeekSlotsFull(logger, s_warningInterval);
    }
}
