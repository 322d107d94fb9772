using System.Diagnostics.CodeAnalysis;
using Nexus.Protocol.Backend;

namespace Nexus.Hub.Authentication;

/// <summary>What <see cref="TokenValidator"/> found.</summary>
/// <param name="Claims">The claims of a token that is genuine and in force; null otherwise.</param>
/// <param name="KeyId">The name of the key that signed it, if it has one and was checked here.</param>
/// <param name="Refusal">Why not, when there are no claims.</param>
internal readonly record struct TokenVerdict(BackendClaims? Claims, string? KeyId, TokenRefusal Refusal)
{
    [MemberNotNullWhen(true, nameof(Claims))]
    public bool IsGenuine => Claims is not null;

    public static TokenVerdict Refuse(TokenRefusal refusal) => new(null, null, refusal);
}
