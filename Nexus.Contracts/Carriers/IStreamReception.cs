using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// What a service does with the streams that it is given, whichever way they come: by gRPC (<see cref="ReceivingStreamsBase"/>) or by
/// hand-over (<see cref="HandOver.HandedOverUsers"/>).
/// </summary>
public interface IStreamReception
{
    /// <summary>How long a user that has got everything, and its FIN, may go on sending before its connection is closed.</summary>
    TimeSpan LingerLimit { get; }

    /// <summary>Finds a place for a user's stream. Does not fail: whatever is in the way is a refusal.</summary>
    /// <param name="open">What the caller asks for; null when it was no valid request.</param>
    /// <param name="user">The user's side, which stays its owner's. Not to be read or written before the stream runs.</param>
    /// <param name="gone">Fires when the user's side is lost meanwhile: the opening may be given up with any refusal.</param>
    /// <returns>A stream, which the caller runs; or why there is none.</returns>
    ValueTask<Reception> OpenAsync(OpenStream? open, IByteChannel user, CancellationToken gone);
}
