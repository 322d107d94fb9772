using Nexus.Client.Configuration;
using Nexus.Client.LocalRouting;
using Nexus.Protocol.WebSockets;

namespace Nexus.Client.Sessions;

/// <summary>Keeps one session to one address, for as long as the client runs. Knows nothing of the other addresses.</summary>
internal sealed class AddressLoop(WebSocketAddress address, BackendDefinition backend, HubDialer dialer, StreamRouter router, TokenSource tokens, SessionTelemetry telemetry, TimeProvider time, Action changed)
{
    private readonly ReconnectSchedule _schedule = new(Random.Shared);
    private readonly Lock _lock = new();
    private TaskCompletionSource _networkReturned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HubSession? _session;
    private NexusSessionInfo _info = new() { Address = address.Uri, State = NexusSessionState.Stopped, Since = time.GetUtcNow() };

    public Uri Address { get; } = address.Uri;

    /// <summary>The state now.</summary>
    public NexusSessionInfo Info
    {
        get
        {
            lock (_lock) return _info with { Streams = _session?.StreamCount ?? 0, RoundTrip = _session?.RoundTrip };
        }
    }

    /// <summary>Connections through the hub, while a session is up that is not being left.</summary>
    public SessionOutbound? Outbound
    {
        get
        {
            lock (_lock) return _info.State is NexusSessionState.Connected or NexusSessionState.Authenticating ? _session?.Outbound : null;
        }
    }

    /// <summary>Control messages that wait to be sent.</summary>
    public int QueuedControlMessages => Session?.QueuedControlMessages ?? 0;

    /// <summary>The streams open now.</summary>
    public IReadOnlyList<NexusStreamInfo> DescribeStreams() => Session?.DescribeStreams() ?? [];

    private HubSession? Session
    {
        get { lock (_lock) return _session; }
    }

    /// <summary>The network is back: no use in waiting.</summary>
    public void NetworkReturned() => _networkReturned.TrySetResult();

    /// <summary>Dials, serves and dials again until <paramref name="stopping"/>.</summary>
    public async Task RunAsync(CancellationToken stopping, CancellationToken deadline)
    {
        while (!stopping.IsCancellationRequested)
        {
            var failure = await AttemptAsync(stopping, deadline).ConfigureAwait(false);
            if (stopping.IsCancellationRequested) break;
            if (failure is null) _schedule.SessionLasted();
            else await WaitAsync(failure, stopping).ConfigureAwait(false);
        }

        Enter(NexusSessionState.Stopped);
    }

    /// <returns>Null after a session that lasted, else why there was none.</returns>
    private async Task<ConnectFailedException?> AttemptAsync(CancellationToken stopping, CancellationToken deadline)
    {
        Enter(NexusSessionState.Connecting);
        var started = time.GetTimestamp();
        try
        {
            // Before the dial: the hub counts the time for the first token from the upgrade on.
            var token = await tokens.GetAsync(NexusTokenStage.Handshake, null, stopping).ConfigureAwait(false);
            var connection = await dialer.DialAsync(stopping).ConfigureAwait(false);
            return await ServeAsync(connection, token, started, stopping, deadline).ConfigureAwait(false);
        }
        catch (ConnectFailedException ex)
        {
            telemetry.Metrics.AttemptEnded(ex.Error, time.GetElapsedTime(started));
            return ex;
        }
        catch (NexusTokenException ex)
        {
            telemetry.Metrics.AttemptEnded(NexusConnectError.TokenUnavailable, time.GetElapsedTime(started));
            return new(NexusConnectError.TokenUnavailable, ex.Message, ex);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception ex) // the owner of the loop: neither foreign callbacks nor a bug may end it for good, unseen
        {
            SessionLog.AttemptFaulted(telemetry.Logger, telemetry.Address, ex);
            telemetry.Metrics.AttemptEnded(NexusConnectError.Unexpected, time.GetElapsedTime(started));
            return new(NexusConnectError.Unexpected, $"Unexpected failure: {ex.GetType().Name}", ex);
        }
    }

    private async Task<ConnectFailedException?> ServeAsync(WebSocketConnection connection, byte[] token, long started, CancellationToken stopping, CancellationToken deadline)
    {
        using var session = new HubSession(connection, backend, router, tokens, telemetry, time, Entered);
        Hold(session);
        try
        {
            var outcome = await session.RunAsync(token, stopping, deadline).ConfigureAwait(false);
            if (outcome.End == NexusSessionEnd.Stopped || (outcome.Lasted && _schedule.MayReturnAtOnce(time.GetElapsedTime(started)))) return null;
            if (!outcome.Lasted) tokens.Rejected(NexusTokenStage.Attest, outcome.CloseReason);
            return CloseCodes.ToException(outcome.CloseCode, outcome.CloseReason);
        }
        catch (ConnectFailedException ex)
        {
            tokens.Rejected(NexusTokenStage.Handshake, ex.Message);
            throw;
        }
        finally
        {
            Hold(null);
        }

        void Entered(NexusSessionState state)
        {
            if (state == NexusSessionState.Authenticating) telemetry.Metrics.AttemptEnded(null, time.GetElapsedTime(started));
            Enter(state);
        }
    }

    private async Task WaitAsync(ConnectFailedException failure, CancellationToken stopping)
    {
        var delay = _schedule.NextDelay(failure.Error);
        Enter(info => info with
        {
            State = NexusSessionState.Waiting,
            FailedAttempts = _schedule.Failures,
            LastError = failure.Error,
            LastErrorText = failure.Message,
            NextAttempt = time.GetUtcNow() + delay,
        });
        telemetry.AttemptFailed(_schedule.Failures, failure.Error, failure.Message, delay); // who hears of it finds the state that it tells of
        try
        {
            _networkReturned = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await _networkReturned.Task.WaitAsync(delay, time, stopping).ConfigureAwait(false);
            _schedule.NetworkReturned();
        }
        catch (TimeoutException)
        {
            // The delay has passed.
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The caller looks.
        }
    }

    private void Enter(NexusSessionState state) => Enter(info => state == NexusSessionState.Connected
        ? info with { State = state, FailedAttempts = 0, LastError = null, LastErrorText = null, NextAttempt = null }
        : info with { State = state, NextAttempt = null });

    private void Enter(Func<NexusSessionInfo, NexusSessionInfo> change)
    {
        lock (_lock) _info = change(_info) with { Since = time.GetUtcNow() };
        changed();
    }

    private void Hold(HubSession? session)
    {
        lock (_lock) _session = session;
    }
}
