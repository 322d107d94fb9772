using System.Text.Json;
using Nexus.Acme.Challenges;
using Nexus.Acme.Problems;
using Nexus.Acme.Signing;
using Nexus.Acme.Transport;

namespace Nexus.Acme.Orders;

/// <summary>One way of proof that an authorisation offers, RFC 8555 §8; those that this client does not know are left out.</summary>
public sealed record AcmeChallenge
{
    internal const int MaxToken = 256;

    /// <summary>The way of proof.</summary>
    public required ChallengeKind Kind { get; init; }

    /// <summary>Where the authority is told that the proof is in place.</summary>
    public required Uri Address { get; init; }

    /// <summary>How far it is.</summary>
    public required ChallengeStatus Status { get; init; }

    /// <summary>What the proof is made of: 1 to 256 characters of base64url, so that it is safe in a path.</summary>
    public required string Token { get; init; }

    /// <summary>Why it failed; null when it did not, or the authority does not say.</summary>
    public AcmeProblem? Error { get; init; }

    internal static AcmeChallenge? TryParse(JsonElement json, AuthorityUrls urls)
    {
        if (json.ValueKind != JsonValueKind.Object || ChallengeKinds.Find(json.Text("type", 50)) is not { } kind) return null;
        var token = json.Text("token", MaxToken);
        if (token is null || !Base64UrlText.IsValid(token)) throw new AcmeException(AcmeErrorKind.BadAnswer, "A challenge without a proper token");
        return new()
        {
            Kind = kind,
            Address = urls.Check(json.Text("url", int.MaxValue), "a challenge"),
            Status = json.Text("status", 50) switch
            {
                "pending" => ChallengeStatus.Pending,
                "processing" => ChallengeStatus.Processing,
                "valid" => ChallengeStatus.Valid,
                "invalid" => ChallengeStatus.Invalid,
                _ => throw new AcmeException(AcmeErrorKind.BadAnswer, "A challenge without a status that RFC 8555 knows"),
            },
            Token = token,
            Error = AcmeProblem.TryReadMember(json, "error"),
        };
    }
}
