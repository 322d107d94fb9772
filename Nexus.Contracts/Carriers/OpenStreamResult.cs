using System.Diagnostics.CodeAnalysis;
using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>Either a channel to the backend, which the caller owns, or the reason why there is none.</summary>
/// <param name="Channel">The stream, from its first byte after the prelude.</param>
/// <param name="Refusal"><see cref="OpenRefusal.None"/> exactly when there is a channel.</param>
/// <param name="Detail">The target's words, for logs; empty when it gave none.</param>
public readonly record struct OpenStreamResult(IByteChannel? Channel, OpenRefusal Refusal, string Detail)
{
    /// <summary>Whether a backend has the stream; no other target may be tried then.</summary>
    [MemberNotNullWhen(true, nameof(Channel))]
    public bool IsAccepted => Channel is not null;

    internal static OpenStreamResult Accepted(IByteChannel channel) => new(channel, OpenRefusal.None, "");

    internal static OpenStreamResult Refused(OpenRefusal refusal, string detail = "") => new(null, refusal, detail);
}
