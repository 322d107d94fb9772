namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>What a target says to an offer.</summary>
/// <param name="IsAccepted">It has taken the socket.</param>
/// <param name="Refusal">Why not; <see cref="OpenRefusal.None"/> also when it could not even be offered.</param>
/// <param name="Detail">The target's words; empty when it gave none.</param>
internal readonly record struct HandOverAnswer(bool IsAccepted, OpenRefusal Refusal, string Detail)
{
    public static HandOverAnswer Accepted => new(true, OpenRefusal.None, "");

    public static HandOverAnswer NotPossible => new(false, OpenRefusal.None, "");

    public static HandOverAnswer Refused(OpenRefusal refusal, string detail) => new(false, refusal, detail);
}
