namespace Nexus.Hub.Sessions;

/// <summary>What <see cref="StreamActivity"/> needs to know of a stream at one moment.</summary>
/// <param name="BytesMoved">In both directions, so far.</param>
/// <param name="HasWaiting">Bytes wait for the user.</param>
/// <param name="IsHeld">The backend has stopped the user's bytes, by a pause or by giving no credit.</param>
/// <param name="HalfClosed">The user sent its FIN, or has got the backend's.</param>
/// <param name="BackendEnded">The backend has sent its end, and the user has not got it yet.</param>
internal readonly record struct StreamState(long BytesMoved, bool HasWaiting, bool IsHeld, bool HalfClosed, bool BackendEnded)
{
    /// <summary>The hub itself holds it back, to share its bandwidth.</summary>
    public bool WaitsForBandwidth { get; init; }
}
