using System.Diagnostics.CodeAnalysis;
using Nexus.Protocol.Backend;

namespace Nexus.Hub.Authentication;

/// <summary>What <see cref="TokenValidator"/> found.</summary>
/// <param name="Claims">The claims of a token that is genuine and in force; null otherwise.</param>
/// <param name="Refusal">Why not, when there are no claims.</param>
internal readonly record struct TokenVerdict(BackendClaims? Claims, TokenRefusal Refusal)
{
    [MemberNotNullWhen(true, nameof(Claims))]
    public bool IsGenuine => Claims is not null;
}
