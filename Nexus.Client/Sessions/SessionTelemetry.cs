using Microsoft.Extensions.Logging;
using Nexus.Client.Streams;

namespace Nexus.Client.Sessions;

/// <summary>Where everything worth telling about one address's sessions goes: log, metrics, events.</summary>
internal sealed class SessionTelemetry(Uri address, ILogger logger, ClientMetrics metrics, EventFeed events)
{
    public Uri Address { get; } = address;

    public ILogger Logger { get; } = logger;

    public ClientMetrics Metrics { get; } = metrics;

    public void SessionOpened()
    {
        Metrics.SessionOpened();
        SessionLog.Opened(Logger, Address);
    }

    public void SessionConfirmed()
    {
        SessionLog.Confirmed(Logger, Address);
        events.Publish(NexusClientEventKind.Connected, Address);
    }

    public void SessionEnded(SessionOutcome outcome, TimeSpan lifetime)
    {
        Metrics.SessionEnded(outcome.End, lifetime);
        SessionLog.Ended(Logger, Address, outcome.End, outcome.CloseCode, outcome.CloseReason);
        events.Publish(NexusClientEventKind.Disconnected, Address, reason: outcome.End.ToString());
    }

    public void AttemptFailed(int attempt, NexusConnectError error, string text, TimeSpan delay)
    {
        SessionLog.AttemptFailed(Logger, Address, attempt, error, text, delay);
        events.Publish(NexusClientEventKind.AttemptFailed, Address, reason: error.ToString());
    }

    public void ReauthStarted() => events.Publish(NexusClientEventKind.ReauthStarted, Address);

    public void ReauthEnded(TimeSpan duration, bool isAnswered)
    {
        Metrics.ReauthEnded(duration, isAnswered);
        if (!isAnswered) return;
        SessionLog.Reauthenticated(Logger, Address, (long)duration.TotalMilliseconds);
        events.Publish(NexusClientEventKind.ReauthAnswered, Address);
    }

    public void StreamOpened(NexusConnectRequest request)
    {
        Metrics.StreamOpened();
        SessionLog.StreamOpened(Logger, Address, request.StreamId, request.Port, request.Transport, request.IsTls);
        events.Publish(NexusClientEventKind.StreamOpened, Address, request.StreamId);
    }

    public void StreamEnded(NexusConnectRequest request, StreamEnd end, long bytesSent, long bytesDelivered, TimeSpan lifetime)
    {
        Metrics.StreamEnded(end, lifetime);
        SessionLog.StreamEnded(Logger, Address, request.StreamId, end, bytesSent, bytesDelivered);
        events.Publish(NexusClientEventKind.StreamClosed, Address, request.StreamId, end.ToDisconnectReason() ?? end.ToErrorType());
    }
}
