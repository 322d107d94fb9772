namespace Nexus.Protocol.Backend;

/// <summary>
/// Reasons for close frames. Older clients search these texts for words such as "unauthorized" or "403" and stop for good when
/// they find one, so the texts are fixed, short, and contain neither such words nor anything from the token.
/// </summary>
public static class RefusalText
{
    /// <summary>
    /// On the first of these an original client waits a minute, on the others it counts to five and stops for good (spec/node.md §1.9).
    /// </summary>
    private static readonly string[] s_traps =
        ["rate limit", "unauthorized", "invalid token", "invalid credential", "authentication failed", "forbidden", "401", "403"];

    /// <summary>
    /// Whether a text that somebody else wrote can be told to a client: short enough, printable, and without the words that stop
    /// older ones.
    /// </summary>
    public static bool IsHarmless(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= CloseText.MaxBytes && System.Text.Encoding.UTF8.GetByteCount(text) <= CloseText.MaxBytes
            && !text.Any(char.IsControl) && !Array.Exists(s_traps, trap => text.Contains(trap, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Why the token could not be read.</summary>
    public static string ToCloseReason(this TokenError error) => error switch
    {
        TokenError.None => "",
        TokenError.TooLarge => "token is too large",
        TokenError.Malformed => "token is malformed",
        TokenError.UnsupportedAlgorithm => "token algorithm is not supported",
        TokenError.UnknownKey => "token is signed with an unknown key",
        TokenError.BadSignature => "token signature does not match",
        _ => "token claims cannot be read",
    };

    /// <summary>Which rule the token breaks.</summary>
    public static string ToCloseReason(this TokenRule rule) => rule switch
    {
        TokenRule.None => "",
        TokenRule.Issuer => "token has another issuer",
        TokenRule.Audience => "token is for another audience",
        TokenRule.Expired => "token has expired",
        TokenRule.ExpiryMissing => "token has no expiry",
        TokenRule.LifetimeTooLong => "token lives longer than this server allows",
        _ => "token is not valid yet",
    };

    /// <summary>Why the claims are refused.</summary>
    public static string ToCloseReason(this ClaimRefusal refusal) => refusal switch
    {
        ClaimRefusal.None => "",
        ClaimRefusal.NoUsableHostname => "no usable hostname in the token",
        ClaimRefusal.ReservedHostname => "hostname contains a colon",
        ClaimRefusal.BadWildcard => "wildcard hostname cannot be served",
        ClaimRefusal.BadHostname => "hostname cannot be served",
        ClaimRefusal.HostnameTooLong => "hostname is too long",
        ClaimRefusal.BadTcpPort => "tcp port claim is out of range",
        ClaimRefusal.TcpPortNotAllowed => "tcp port claim is not allowed here",
        ClaimRefusal.UdpLimitsContradict => "udp limits of this server contradict each other",
        ClaimRefusal.BadUdpPort => "udp port claim is out of range",
        ClaimRefusal.UdpPortNotAllowed => "udp port claim is not allowed here",
        ClaimRefusal.UdpTimeoutsConflict => "udp port claimed twice with different timeouts",
        ClaimRefusal.NothingClaimed => "token claims neither hostnames nor ports",
        ClaimRefusal.OutboundDisabled => "outbound connections are disabled here",
        ClaimRefusal.OutboundPortsWithoutRight => "outbound ports without outbound_allowed",
        ClaimRefusal.BadOutboundPort => "outbound port is out of range",
        ClaimRefusal.OutboundPortNotAllowed => "outbound port is not allowed here",
        _ => ToStageReason(refusal),
    };

    private static string ToStageReason(ClaimRefusal refusal) => refusal switch
    {
        ClaimRefusal.IssueTimeMissing => "token has a greatest age but no iat",
        ClaimRefusal.TooOld => "token is older than its greatest age",
        ClaimRefusal.NonceDiffers => "session nonce does not match",
        ClaimRefusal.HostnamesDiffer => "hostnames differ from the handshake token",
        ClaimRefusal.TcpPortsDiffer => "tcp ports differ from the handshake token",
        ClaimRefusal.UdpRoutesDiffer => "udp routes differ from the handshake token",
        ClaimRefusal.OutboundDiffers => "outbound_allowed differs from the handshake token",
        ClaimRefusal.OutboundPortsDiffer => "outbound ports differ from the handshake token",
        ClaimRefusal.WeightDiffers => "weight differs from the handshake token",
        ClaimRefusal.NegativeMaintenanceCap => "maintenance_grace_cap_seconds is negative",
        _ => "authorizer_status_uri is no https address",
    };
}
