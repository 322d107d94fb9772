namespace Nexus.Hub.Sessions;

/// <summary>Notices that a stream has stood still for too long. Looked at once per second; costs nothing per frame.</summary>
internal sealed class StreamActivity(StreamLimits limits, TimeProvider time)
{
    private long _bytesMoved;
    private long _lastMoved = time.GetTimestamp();

    /// <summary>The end that is due; null for none.</summary>
    public StreamEnd? Observe(in StreamState state)
    {
        // While the backend or the hub holds bytes back, the user cannot help standing still (spec/node.md §14, 11).
        if (state.BytesMoved != _bytesMoved || state.WaitsForBandwidth || (state.IsHeld && !state.HasWaiting && !state.HalfClosed))
        {
            _bytesMoved = state.BytesMoved;
            _lastMoved = time.GetTimestamp();
            return null;
        }

        var still = time.GetElapsedTime(_lastMoved);
        if ((state.HasWaiting || state.BackendEnded) && still >= limits.UserStall) return StreamEnd.UserStalled;
        if (state.HalfClosed && still >= limits.HalfClosedIdle) return StreamEnd.HalfClosedIdle;
        return limits.Idle > TimeSpan.Zero && still >= limits.Idle ? StreamEnd.Idle : null;
    }
}
