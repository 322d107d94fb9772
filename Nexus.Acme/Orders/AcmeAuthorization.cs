using System.Text.Json;
using Nexus.Acme.Problems;
using Nexus.Acme.Transport;

namespace Nexus.Acme.Orders;

/// <summary>Whether a name is proved, and how it can be: RFC 8555 §7.1.4.</summary>
public sealed record AcmeAuthorization
{
    private const int MaxChallenges = 20;

    /// <summary>Where it is.</summary>
    public required Uri Address { get; init; }

    /// <summary>The name.</summary>
    public required AcmeIdentifier Identifier { get; init; }

    /// <summary>How far it is.</summary>
    public required AuthorizationStatus Status { get; init; }

    /// <summary>The ways of proof that this client knows.</summary>
    public required IReadOnlyList<AcmeChallenge> Challenges { get; init; }

    /// <summary>When to ask again; null when the authority does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Why the proof failed; null when the authority does not say.</summary>
    public AcmeProblem? Error => Challenges.Select(challenge => challenge.Error).OfType<AcmeProblem>().FirstOrDefault();

    internal static AcmeAuthorization Parse(JsonElement json, Uri address, AuthorityUrls urls, TimeSpan? retryAfter) => new()
    {
        Address = address,
        Identifier = ReadIdentifier(json),
        Status = json.Text("status", 50) switch
        {
            "pending" => AuthorizationStatus.Pending,
            "valid" => AuthorizationStatus.Valid,
            "invalid" or "deactivated" or "expired" or "revoked" => AuthorizationStatus.Invalid,
            _ => throw new AcmeException(AcmeErrorKind.BadAnswer, "An authorisation without a status that RFC 8555 knows"),
        },
        Challenges = [.. json.Items("challenges", MaxChallenges).Select(item => AcmeChallenge.TryParse(item, urls)).OfType<AcmeChallenge>()],
        RetryAfter = retryAfter,
    };

    private static AcmeIdentifier ReadIdentifier(JsonElement json) =>
        json.TryGetProperty("identifier", out var identifier) && identifier.ValueKind == JsonValueKind.Object
        && AcmeIdentifier.TryParse(identifier.Text("value", 255), out var name, out _) && identifier.Text("type", 20) == name.Type
            ? name
            : throw new AcmeException(AcmeErrorKind.BadAnswer, "An authorisation for no name");
}
