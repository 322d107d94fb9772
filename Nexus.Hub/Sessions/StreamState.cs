namespace Nexus.Hub.Sessions;

/// <summary>What <see cref="StreamActivity"/> needs to know of a stream at one moment.</summary>
/// <param name="BytesMoved">In both directions, so far.</param>
/// <param name="HasWaiting">Bytes wait for the user.</param>
/// <param name="IsHeld">The backend has stopped the user's bytes, by a pause or by giving no credit.</param>
/// <param name="UserEnded">The user sent its FIN.</param>
/// <param name="BackendEnded">The backend sent its disconnect.</param>
internal readonly record struct StreamState(long BytesMoved, bool HasWaiting, bool IsHeld, bool UserEnded, bool BackendEnded);
