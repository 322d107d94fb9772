namespace Nexus.Client.Configuration;

/// <summary>A copy of the options that no caller can change any more.</summary>
internal static class BackendCopy
{
    public static NexusBackendOptions Of(NexusBackendOptions options) => new()
    {
        Name = options.Name,
        Hostnames = [.. options.Hostnames],
        TcpPorts = [.. options.TcpPorts],
        UdpRoutes = [.. options.UdpRoutes],
        NexusAddresses = [.. options.NexusAddresses],
        Weight = options.Weight,
        Attestation = Of(options.Attestation),
        PortMappings = Of(options.PortMappings),
        HealthChecks = options.HealthChecks.WithDefaults(),
        FlowControl = options.FlowControl.WithDefaults(),
        Socks5ListenAddr = options.Socks5ListenAddr,
        Transport = Of(options.Transport),
    };

    public static Dictionary<int, NexusPortMapping> Of(IDictionary<int, NexusPortMapping> mappings) =>
        mappings.ToDictionary(pair => pair.Key, pair => new NexusPortMapping
        {
            Default = pair.Value.Default,
            Hosts = new Dictionary<string, string>(pair.Value.Hosts),
            ProxyProtocol = pair.Value.ProxyProtocol,
            HostProxyProtocols = new Dictionary<string, NexusProxyProtocol>(pair.Value.HostProxyProtocols),
        });

    private static NexusAttestationOptions Of(NexusAttestationOptions options) => new()
    {
        Command = options.Command,
        Args = [.. options.Args],
        Env = new Dictionary<string, string>(options.Env),
        TimeoutSeconds = options.TimeoutSeconds,
        CacheHandshakeSeconds = options.CacheHandshakeSeconds,
        HmacSecret = options.HmacSecret,
        HmacSecretFile = options.HmacSecretFile,
        TokenTtlSeconds = options.TokenTtlSeconds,
        HandshakeMaxAgeSeconds = options.HandshakeMaxAgeSeconds,
        ReauthIntervalSeconds = options.ReauthIntervalSeconds,
        ReauthGraceSeconds = options.ReauthGraceSeconds,
        MaintenanceGraceCapSeconds = options.MaintenanceGraceCapSeconds,
        AuthorizerStatusUri = options.AuthorizerStatusUri,
        PolicyVersion = options.PolicyVersion,
        OutboundAllowed = options.OutboundAllowed,
        AllowedOutboundPorts = [.. options.AllowedOutboundPorts],
    };

    private static NexusTransportOptions Of(NexusTransportOptions options) => new()
    {
        ServerCertificateAuthorities = options.ServerCertificateAuthorities is { } authorities ? [.. authorities] : null,
        ServerCertificateValidation = options.ServerCertificateValidation,
        Proxy = options.Proxy,
        ConnectTimeout = options.ConnectTimeout,
        DrainTimeout = options.DrainTimeout,
    };
}
