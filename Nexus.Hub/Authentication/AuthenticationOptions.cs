using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;
using Nexus.Protocol.Backend;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.Authentication;

/// <summary>Whom the hub believes, and what backends may claim. Changes apply to the next token; sessions see them when they re-authenticate.</summary>
internal sealed class AuthenticationOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Hub:Authentication";

    private const string Https = "https";

    /// <summary>The shared secret of the tokens, its UTF-8 bytes as they are (spec/node.md §1.4).</summary>
    public string? Secret { get; set; }

    /// <summary>More secrets that are accepted, so that one can be replaced without cutting off anybody.</summary>
    public IList<string> Secrets { get; } = [];

    /// <summary>Secrets by the key id that a token's <c>kid</c> names; a token that names one is held against it alone.</summary>
    public IDictionary<string, string> SecretsById { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Who is asked about every token, by POST; null: nobody. Its answer counts for this hub, so use https.</summary>
    public Uri? RemoteVerifierUrl { get; set; }

    /// <summary>The original's limit. A backend waits 15 s for its challenge.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:10")] public TimeSpan RemoteVerifierTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the verifier gets the hub's certificate when it asks for one, as the original's did.</summary>
    public bool RemoteVerifierClientCertificate { get; set; } = true;

    /// <summary>A file with public keys (RFC 7517); with it ES256, ES384, RS256, PS256 and EdDSA are algorithms too.</summary>
    public string? JwksFile { get; set; }

    /// <summary>The same from an https address.</summary>
    public Uri? JwksUrl { get; set; }

    /// <summary>How often the public keys are read again. An unknown key id makes it sooner, at most every half minute.</summary>
    [Range(typeof(TimeSpan), "00:00:30", "1.00:00:00")] public TimeSpan JwksRefreshInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>PEM certificates of authorities that verifier, key set and status addresses may be signed by, beside the system's.</summary>
    public string? TrustedRootsFile { get; set; }

    /// <summary>Whether a token must have an <c>exp</c>; in the original it need not. Asked of a verifier's claims as well.</summary>
    public bool RequireExpiry { get; set; }

    /// <summary>Longest life of a token, which then must have an <c>exp</c>; zero: any.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")] public TimeSpan MaxTokenLifetime { get; set; } = TimeSpan.Zero;

    /// <summary>How long re-authentication waits for an authorizer that is down when the token does not say.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")] public TimeSpan MaintenanceGraceDefault { get; set; } = TimeSpan.FromSeconds(1_800);

    /// <summary>
    /// Networks where an authorizer's status address may be although they are not public. The address comes from a token, so without
    /// this a backend could make the hub call its neighbours.
    /// </summary>
    public IList<string> StatusAllowedNetworks { get; } = [];

    /// <summary>Whether status addresses are asked through the system's proxy. It resolves names itself: keeping off what is not public is then its task.</summary>
    public bool StatusThroughProxy { get; set; }

    /// <summary>Whether a status address gets the hub's certificate when it asks for one. It comes from a token: better not.</summary>
    public bool StatusClientCertificate { get; set; }

    /// <summary>Who may claim what. None: everybody everything, as in the original. Else: who matches no rule may claim nothing.</summary>
    public IList<OwnershipRule> Ownership { get; } = [];

    /// <summary>What happens when a second owner (<c>sub</c>) claims a name or port that is being served by this hub.</summary>
    public NameConflicts NameConflicts { get; set; } = NameConflicts.Share;

    /// <summary>TCP relay ports that may be claimed; none by default.</summary>
    public IList<int> AllowedTcpPortClaims { get; } = [];

    /// <summary>UDP relay ports that may be claimed; none by default.</summary>
    public IList<int> AllowedUdpPortClaims { get; } = [];

    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan UdpFlowIdleTimeoutDefault { get; set; } = TimeSpan.FromSeconds(30);
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan UdpFlowIdleTimeoutMin { get; set; } = TimeSpan.FromSeconds(5);
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan UdpFlowIdleTimeoutMax { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>Whether a token may carry the right to dial out through the hub.</summary>
    public bool AllowOutbound { get; set; }

    /// <summary>Ports that may be dialled; empty: all.</summary>
    public IList<int> AllowedOutboundPorts { get; } = [];

    public ClaimPolicy Policy => new()
    {
        AllowedTcpPorts = AllowedTcpPortClaims.ToFrozenSet(),
        AllowedUdpPorts = AllowedUdpPortClaims.ToFrozenSet(),
        UdpIdleDefault = UdpFlowIdleTimeoutDefault,
        UdpIdleMin = UdpFlowIdleTimeoutMin,
        UdpIdleMax = UdpFlowIdleTimeoutMax,
        AllowOutbound = AllowOutbound,
        AllowedOutboundPorts = AllowedOutboundPorts.ToFrozenSet(),
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        [.. ValidateKeys(), .. ValidateAddresses(), .. ValidateClaims(), .. Ownership.SelectMany((rule, index) => rule.Validate($"{nameof(Ownership)}:{index}"))];

    private IEnumerable<ValidationResult> ValidateKeys()
    {
        if (Secret is null && Secrets.Count + SecretsById.Count == 0 && RemoteVerifierUrl is null && JwksFile is null && JwksUrl is null)
        {
            yield return new("a shared secret, a remote verifier or a key set is needed.", [nameof(Secret)]);
        }

        if (Secret is { Length: 0 } || Secrets.Any(string.IsNullOrEmpty)) yield return new("a secret is empty.", [nameof(Secrets)]);
        foreach (var (id, secret) in SecretsById)
        {
            if (string.IsNullOrEmpty(secret)) yield return new("the secret is empty.", [$"{nameof(SecretsById)}:{id}"]);
        }

        if (JwksFile is not null && JwksUrl is not null) yield return new($"give either this or {nameof(JwksUrl)}.", [nameof(JwksFile)]);
        if (JwksFile is not null && !File.Exists(JwksFile)) yield return new("there is no such file.", [nameof(JwksFile)]);
    }

    private IEnumerable<ValidationResult> ValidateAddresses()
    {
        if (RemoteVerifierUrl is not (null or { IsAbsoluteUri: true, Scheme: Https or "http" })) yield return new("must be an http or https address.", [nameof(RemoteVerifierUrl)]);
        if (JwksUrl is not (null or { IsAbsoluteUri: true, Scheme: Https })) yield return new("must be an https address.", [nameof(JwksUrl)]);
        if (AuthorizerTrust.FindProblem(TrustedRootsFile) is { } problem) yield return new(problem, [nameof(TrustedRootsFile)]);
        foreach (var network in StatusAllowedNetworks.Where(network => !NetworkText.TryParse(network, out _)))
        {
            yield return new($"\"{network}\" is neither an address nor a network, like 10.0.0.0/8 or fd00::/8.", [nameof(StatusAllowedNetworks)]);
        }
    }

    private IEnumerable<ValidationResult> ValidateClaims()
    {
        if (UdpFlowIdleTimeoutMax < UdpFlowIdleTimeoutMin)
        {
            yield return new($"must not be below {nameof(UdpFlowIdleTimeoutMin)}.", [nameof(UdpFlowIdleTimeoutMax)]);
        }

        foreach (var port in AllowedTcpPortClaims.Concat(AllowedUdpPortClaims).Concat(AllowedOutboundPorts).Where(port => port is < 1 or > 65_535))
        {
            yield return new($"{port} is not a port (1 to 65535).");
        }
    }
}
