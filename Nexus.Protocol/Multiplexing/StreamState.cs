namespace Nexus.Protocol.Multiplexing;

/// <summary>What <see cref="StreamActivity"/> needs to know of a stream at one moment.</summary>
/// <param name="BytesMoved">In both directions, so far.</param>
/// <param name="HasWaiting">Bytes wait for the sink.</param>
/// <param name="IsHeld">The other side of the session has stopped the source's bytes, by a pause or by giving no credit.</param>
/// <param name="HalfClosed">The source has ended, or the sink has got the other side's end.</param>
/// <param name="PeerEnded">The other side has sent its end, and the sink has not got it yet.</param>
public readonly record struct StreamState(long BytesMoved, bool HasWaiting, bool IsHeld, bool HalfClosed, bool PeerEnded)
{
    /// <summary>We hold it back ourselves, to share bandwidth.</summary>
    public bool WaitsForBandwidth { get; init; }
}
