using System.Diagnostics.CodeAnalysis;

namespace Nexus.Protocol.Backend;

/// <summary>
/// What the tokens of a handshake and of re-authentications must say, once they are known to be genuine and in force.
/// </summary>
public static class HandshakeRules
{
    private const int MaxStatusUriLength = 2_048;

    /// <summary>30 days. Timers take 49 at most, and a token may say any number; to ask earlier than it says does no harm.</summary>
    private const int MaxTermSeconds = 30 * 24 * 3_600;

    /// <summary>The first token: what it claims must be allowed here, and it may limit its own age. A nonce in it means nothing.</summary>
    /// <returns>False with the first rule that is broken.</returns>
    public static bool CheckFirst(
        BackendClaims claims, ClaimPolicy policy, DateTimeOffset now, [NotNullWhen(true)] out ClaimSet? granted, out ClaimRefusal refusal)
    {
        if (!ClaimSet.TryCreate(claims, policy, out granted, out refusal)) return false;
        if (claims.HandshakeMaxAgeSeconds is not (> 0 and var maxAge)) return true;
        if (claims.IssuedAt is not { } issued) refusal = ClaimRefusal.IssueTimeMissing;
        else if (now - issued > TimeSpan.FromSeconds(maxAge)) refusal = ClaimRefusal.TooOld;
        if (refusal != ClaimRefusal.None) granted = null;
        return refusal == ClaimRefusal.None;
    }

    /// <summary>The second token: it answers the challenge and means the same as the first. No weight, or one that is not positive, keeps the first.</summary>
    /// <returns>False with the first rule that is broken.</returns>
    public static bool CheckSecond(
        BackendClaims claims, string nonce, ClaimPolicy policy, ClaimSet granted, [NotNullWhen(true)] out SessionTerms? terms, out ClaimRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return Check(claims, nonce, policy, granted, Math.Max(claims.Weight, 0), out terms, out refusal);
    }

    /// <summary>A token that answers a re-authentication: like the second one, but a negative weight is a difference.</summary>
    /// <returns>False with the first rule that is broken.</returns>
    public static bool CheckAgain(
        BackendClaims claims, string nonce, ClaimPolicy policy, ClaimSet granted, [NotNullWhen(true)] out SessionTerms? terms, out ClaimRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return Check(claims, nonce, policy, granted, claims.Weight, out terms, out refusal);
    }

    private static bool Check(
        BackendClaims claims, string nonce, ClaimPolicy policy, ClaimSet granted, int weight, out SessionTerms? terms, out ClaimRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(granted);
        terms = null;
        refusal = ClaimRefusal.NonceDiffers;
        if (string.IsNullOrEmpty(nonce) || claims.SessionNonce != nonce) return false;
        if (!ClaimSet.TryCreate(claims, policy, out var set, out refusal)) return false;
        if ((refusal = set.CompareTo(granted)) != ClaimRefusal.None) return false;
        if (weight != 0 && weight != granted.Weight) refusal = ClaimRefusal.WeightDiffers;
        else if (claims.MaintenanceGraceCapSeconds < 0) refusal = ClaimRefusal.NegativeMaintenanceCap;
        else if (!TryReadStatusUri(claims.AuthorizerStatusUri, out var status)) refusal = ClaimRefusal.BadStatusUri;
        else terms = ToTerms(claims, status);
        return terms is not null;
    }

    private static bool TryReadStatusUri(string? text, out Uri? uri)
    {
        uri = null;
        if (string.IsNullOrEmpty(text)) return true;
        return text.Length <= MaxStatusUriLength && Uri.TryCreate(text, UriKind.Absolute, out uri) && uri.Scheme == Uri.UriSchemeHttps && uri.Host.Length > 0;
    }

    private static SessionTerms ToTerms(BackendClaims claims, Uri? status) => new()
    {
        ReauthenticationInterval = Positive(claims.ReauthIntervalSeconds),
        ReauthenticationGrace = Positive(claims.ReauthGraceSeconds) ?? SessionTerms.DefaultReauthenticationGrace,
        MaintenanceCap = claims.MaintenanceGraceCapSeconds is { } cap ? TimeSpan.FromSeconds(cap) : null,
        AuthorizerStatus = status,
        PolicyVersion = claims.PolicyVersion,
    };

    private static TimeSpan? Positive(int? seconds) => seconds is > 0 and var value ? TimeSpan.FromSeconds(Math.Min(value, MaxTermSeconds)) : null;
}
