using System.Diagnostics.CodeAnalysis;

namespace Nexus.Edge.Peeking;

/// <param name="Status">The verdict on the bytes so far.</param>
/// <param name="IsTls">Whether the name, or its absence, comes from a well-formed ClientHello.</param>
/// <param name="Host">Normalised: ASCII lower case, no trailing dot, no port; null unless found.</param>
internal readonly record struct PeekResult(PeekStatus Status, bool IsTls = false, string? Host = null)
{
    [MemberNotNullWhen(true, nameof(Host))]
    public bool IsFound => Status == PeekStatus.Found;

    public static PeekResult Found(string host, bool isTls) => new(PeekStatus.Found, isTls, host);
}
