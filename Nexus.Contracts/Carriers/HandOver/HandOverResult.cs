using System.Diagnostics.CodeAnalysis;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>What became of an offered socket.</summary>
/// <param name="Stream">Set when the target has taken it: the socket is the target's then.</param>
/// <param name="Refusal">Set when it was offered and not taken: another target may be tried.</param>
/// <param name="Detail">The target's words, for logs; empty when it gave none.</param>
public readonly record struct HandOverResult(HandedOverStream? Stream, OpenRefusal Refusal, string Detail)
{
    /// <summary>The socket could not even be offered: the same target is reached by gRPC.</summary>
    public static HandOverResult NotPossible => new(null, OpenRefusal.None, "");

    /// <summary>Whether the target has taken it.</summary>
    [MemberNotNullWhen(true, nameof(Stream))]
    public bool IsAccepted => Stream is not null;

    /// <summary>Whether it was not even offered.</summary>
    public bool IsNotPossible => Stream is null && Refusal == OpenRefusal.None;

    internal static HandOverResult Refused(OpenRefusal refusal, string detail = "") => new(null, refusal, detail);
}
