namespace Nexus.Protocol.Multiplexing;

/// <summary>Notices that a stream has stood still for too long. Looked at once per second; costs nothing per frame.</summary>
/// <param name="limits">How long that is.</param>
/// <param name="time">The clock.</param>
public sealed class StreamActivity(StreamLimits limits, TimeProvider time)
{
    private long _bytesMoved;
    private long _lastMoved = (time ?? throw new ArgumentNullException(nameof(time))).GetTimestamp();

    /// <summary>Which limit is reached; null for none.</summary>
    public StreamStandstill? Observe(in StreamState state)
    {
        // While the other side or we hold bytes back, the source cannot help standing still (spec/node.md §14, 11).
        if (state.BytesMoved != _bytesMoved || state.WaitsForBandwidth || (state.IsHeld && !state.HasWaiting && !state.HalfClosed))
        {
            _bytesMoved = state.BytesMoved;
            _lastMoved = time.GetTimestamp();
            return null;
        }

        var still = time.GetElapsedTime(_lastMoved);
        if ((state.HasWaiting || state.PeerEnded) && still >= limits.SinkStall) return StreamStandstill.SinkStalled;
        if (state.HalfClosed && still >= limits.HalfClosedIdle) return StreamStandstill.HalfClosedIdle;
        return limits.Idle > TimeSpan.Zero && still >= limits.Idle ? StreamStandstill.Idle : null;
    }
}
