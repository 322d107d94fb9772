using static Nexus.ServiceDefaults.NodeConfiguration.NodeKeyKind;

namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>Every key of <c>config.yaml</c>. The original's keys, and two of our own, which the original ignores.</summary>
internal static class NodeSchema
{
    public const string BackendsSecret = "backendsJWTSecret";
    public const string BackendsSecrets = "backendsJWTSecrets";
    public const string RelayPorts = "relayPorts";
    public const string PlainHttpPort = "plainHTTPPort";
    public const string FirstByte = "peekTimeouts.firstByteSeconds";
    public const string AbsoluteMax = "peekTimeouts.absoluteMaxSeconds";
    public const string UdpRelayPorts = "udpRelayPorts";
    public const string StunPort = "stunPort";
    public const string TcpClaims = "allowedTCPPortClaims";
    public const string UdpClaims = "allowedUDPPortClaims";
    public const string CertificateFile = "hubTlsCertFile";
    public const string KeyFile = "hubTlsKeyFile";
    public const string PublicHostname = "hubPublicHostname";
    public const string Peers = "peers";
    public const string PeerListenAddress = "peerListenAddress";
    public const string TrustedSuffixes = "peerAuthentication.trustedDomainSuffixes";
    public const string RegistrationUrl = "registrationURL";
    public const string UdpIdleMin = "udpFlowIdleTimeoutMinSeconds";
    public const string UdpIdleMax = "udpFlowIdleTimeoutMaxSeconds";
    public const string AllowOutbound = "allowOutbound";
    public const string OutboundPorts = "allowedOutboundPorts";
    public const string MaxOutbound = "maxOutboundConnsPerBackend";

    /// <summary>A key of the client's file, which has the same name.</summary>
    public const string ClientKey = "backends";

    private const int MaxPort = 65_535;
    private const int Day = 86_400;
    private const int Month = 30 * Day;

    /// <summary>In the order of the documentation.</summary>
    public static IReadOnlyList<NodeKey> Keys { get; } =
    [
        new("backendListenAddress", Address, "where backends connect, with TLS") { Default = "required" },
        new(BackendsSecret, Secret, "the secret that backends' tokens are signed with; this or `remoteVerifierURL` is needed"),
        new(BackendsSecrets, Secrets, "more such secrets, so that one can be replaced while both are in use (ours)") { Default = "none" },
        new("remoteVerifierURL", Url, "asked whether a token is good, in place of the secret"),
        new("maintenanceGraceDefaultSeconds", Seconds, "how long a backend stays while its authorizer is away for maintenance") { Max = Month, Default = "1800", IsZeroDefault = true },
        new("idleTimeoutSeconds", Seconds, "a user's connection on which nothing moves ends; 0: never") { Max = Month, Default = "0" },
        new(RelayPorts, Ports, "public TCP ports; 80 among others serves plain HTTP, see `plainHTTPPort`; 0 takes a free one") { Max = MaxPort, Default = "required" },
        new(PlainHttpPort, Number, "the port of `relayPorts` (or one more) where each HTTP request is routed by itself; -1: none (ours)") { Min = -1, Max = MaxPort, Default = "80 if in `relayPorts`" },
        new(UdpRelayPorts, Ports, "public UDP ports") { Max = MaxPort, Default = "none" },
        new("udpMaxFlows", Number, "UDP flows at one time") { Max = 1_000_000, Default = "200000", IsZeroDefault = true },
        new("udpMaxDatagramBytes", Number, "the largest datagram; a larger one is dropped") { Max = 32_768, Default = "2048", IsZeroDefault = true },
        new("udpFlowIdleTimeoutDefaultSeconds", Seconds, "a UDP flow on which nothing moves ends") { Max = Day, Default = "30", IsZeroDefault = true },
        new(UdpIdleMin, Seconds, "the least that a backend may ask for instead") { Max = Day, Default = "5", IsZeroDefault = true },
        new(UdpIdleMax, Seconds, "the most that a backend may ask for instead") { Max = Day, Default = "300", IsZeroDefault = true },
        new(TcpClaims, Ports, "TCP relay ports that a backend may claim as a whole") { Min = 1, Max = MaxPort, Default = "none" },
        new(UdpClaims, Ports, "UDP relay ports that a backend may claim") { Min = 1, Max = MaxPort, Default = "none" },
        new(FirstByte, Seconds, "how long a user may stay silent at first") { Max = 600, Default = "15", IsZeroDefault = true },
        new("peekTimeouts.idleExtensionSeconds", Seconds, "and between two reads until the name is known") { Max = 600, Default = "5", IsZeroDefault = true },
        new(AbsoluteMax, Seconds, "and in all until the name is known") { Max = 600, Default = "30", IsZeroDefault = true },
        new("maxConcurrentPeeks", Number, "connections whose name is not known yet; -1: unlimited") { Min = -1, Max = 1_000_000, Default = "256", IsZeroDefault = true },
        new("totalBandwidthMbps", Number, "shared fairly among backends, in megabits a second; 0: no limit") { Max = 1_000_000, Default = "0" },
        new(StunPort, Number, "UDP port that answers STUN; 0: off") { Max = MaxPort, Default = "0" },
        new(AllowOutbound, Flag, "whether tokens may carry the right to dial out through the hub") { Default = "false" },
        new(OutboundPorts, Ports, "ports that may be dialled") { Min = 1, Max = MaxPort, Default = "all" },
        new(MaxOutbound, Number, "outbound connections of one backend; -1: unlimited") { Min = -1, Max = 1_000_000, Default = "100", IsZeroDefault = true },
        new("outboundDialTimeoutSeconds", Seconds, "how long such a dial may take") { Max = 300, Default = "10", IsZeroDefault = true },
        new("outboundIdleTimeoutSeconds", Seconds, "such a connection on which nothing moves ends; 0: never") { Max = Day, Default = "0" },
        new(RegistrationUrl, Url, "the orchestrator that this node registers with, https"),
        new("region", Text, "this node's region, told to the orchestrator"),
        new(CertificateFile, Text, "PEM file with the hub's certificate, then its intermediates"),
        new(KeyFile, Text, "PEM file with its private key"),
        new(PublicHostname, Text, "the hub's public name, for an automatic certificate; in place of the two files"),
        new("acmeCacheDir", Text, "where automatic certificates are kept") { Default = "`acme_certs` in the working directory" },
        new(PeerListenAddress, Address, "where peers connect; needed with `peers`"),
        new(Peers, Texts, "addresses of peers in other regions, `wss://host:port/mesh`") { Default = "none" },
        new(TrustedSuffixes, Texts, "a peer's certificate must be for a name that ends so; needed with `peers`") { Default = "none" },
    ];

    private static readonly Dictionary<string, NodeKey> s_byName = Keys.ToDictionary(key => key.Name, StringComparer.Ordinal);

    private static readonly HashSet<string> s_groups =
        [.. Keys.Where(key => key.Name.Contains('.', StringComparison.Ordinal)).Select(key => key.Name[..key.Name.LastIndexOf('.')])];

    public static NodeKey? Find(string name) => s_byName.GetValueOrDefault(name);

    /// <summary>Whether keys lie below this one.</summary>
    public static bool IsGroup(string name) => s_groups.Contains(name);

    /// <summary>The known key that a misspelt one is likely to mean.</summary>
    public static string? FindSimilar(string name) => NearMiss.Find(name, Keys.Select(key => key.Name).Concat(s_groups));
}
