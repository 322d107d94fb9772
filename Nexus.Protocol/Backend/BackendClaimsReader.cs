using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Nexus.Protocol.Backend;

internal static class BackendClaimsReader
{
    private static readonly FrozenDictionary<string, ReadClaim> s_claims = new Dictionary<string, ReadClaim>
    {
        ["hostnames"] = static (ref r, ref c) => JsonClaim.TryTexts(ref r, allowOne: false, out var v) && Set(out c, c with { Hostnames = v }),
        ["tcp_ports"] = static (ref r, ref c) => JsonClaim.TryNumbers(ref r, out var v) && Set(out c, c with { TcpPorts = v }),
        ["udp_routes"] = static (ref r, ref c) => JsonClaim.TryUdpRoutes(ref r, out var v) && Set(out c, c with { UdpRoutes = v }),
        ["weight"] = static (ref r, ref c) => JsonClaim.TryNumber(ref r, out var v) && Set(out c, c with { Weight = v }),
        ["session_nonce"] = static (ref r, ref c) => JsonClaim.TryText(ref r, out var v) && Set(out c, c with { SessionNonce = v }),
        ["handshake_max_age_seconds"] = static (ref r, ref c) => JsonClaim.TryNumber(ref r, out var v) && Set(out c, c with { HandshakeMaxAgeSeconds = v }),
        ["reauth_interval_seconds"] = static (ref r, ref c) => JsonClaim.TryNumber(ref r, out var v) && Set(out c, c with { ReauthIntervalSeconds = v }),
        ["reauth_grace_seconds"] = static (ref r, ref c) => JsonClaim.TryNumber(ref r, out var v) && Set(out c, c with { ReauthGraceSeconds = v }),
        ["maintenance_grace_cap_seconds"] = static (ref r, ref c) => JsonClaim.TryNumber(ref r, out var v) && Set(out c, c with { MaintenanceGraceCapSeconds = v }),
        ["authorizer_status_uri"] = static (ref r, ref c) => JsonClaim.TryText(ref r, out var v) && Set(out c, c with { AuthorizerStatusUri = v }),
        ["policy_version"] = static (ref r, ref c) => JsonClaim.TryText(ref r, out var v) && Set(out c, c with { PolicyVersion = v }),
        ["outbound_allowed"] = static (ref r, ref c) => JsonClaim.TryFlag(ref r, out var v) && Set(out c, c with { OutboundAllowed = v }),
        ["allowed_outbound_ports"] = static (ref r, ref c) => JsonClaim.TryNumbers(ref r, out var v) && Set(out c, c with { AllowedOutboundPorts = v }),
        ["issued_at_quote"] = static (ref r, ref c) => JsonClaim.TryText(ref r, out var v) && Set(out c, c with { IssuedAtQuote = v }),
        ["iss"] = static (ref r, ref c) => JsonClaim.TryText(ref r, out var v) && Set(out c, c with { Issuer = v }),
        ["sub"] = static (ref r, ref c) => JsonClaim.TryText(ref r, out var v) && Set(out c, c with { Subject = v }),
        ["aud"] = static (ref r, ref c) => JsonClaim.TryTexts(ref r, allowOne: true, out var v) && Set(out c, c with { Audience = v }),
        ["exp"] = static (ref r, ref c) => JsonClaim.TryDate(ref r, out var v) && Set(out c, c with { ExpiresAt = v }),
        ["nbf"] = static (ref r, ref c) => JsonClaim.TryDate(ref r, out var v) && Set(out c, c with { NotBefore = v }),
        ["iat"] = static (ref r, ref c) => JsonClaim.TryDate(ref r, out var v) && Set(out c, c with { IssuedAt = v }),
        ["jti"] = static (ref r, ref c) => JsonClaim.TryText(ref r, out var v) && Set(out c, c with { TokenId = v }),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase); // the original matches names in either case

    private delegate bool ReadClaim(ref Utf8JsonReader reader, ref BackendClaims claims);

    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out BackendClaims? claims)
    {
        claims = null;
        if (json.Length > BackendToken.MaxSize) return false;
        try
        {
            var reader = new Utf8JsonReader(json);
            var read = new BackendClaims();
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!TryReadClaim(ref reader, ref read)) return false;
            }

            if (reader.Read()) return false;
            claims = read;
            return true;
        }
        catch (JsonException)
        {
            return false; // Utf8JsonReader has no other way to say "malformed"
        }
    }

    private static bool TryReadClaim(ref Utf8JsonReader reader, ref BackendClaims claims)
    {
        var isKnown = s_claims.TryGetValue(JsonText.GetString(in reader), out var readClaim);
        reader.Read();
        if (isKnown && reader.TokenType != JsonTokenType.Null) return readClaim?.Invoke(ref reader, ref claims) ?? false;
        reader.Skip();
        return true;
    }

    private static bool Set(out BackendClaims target, BackendClaims value)
    {
        target = value;
        return true;
    }
}
