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
        Tls = Of(options.Tls),
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
            DefaultTls = Of(pair.Value.DefaultTls),
            HostTls = pair.Value.HostTls.ToDictionary(host => host.Key, host => Of(host.Value)),
        });

    private static NexusTargetTls Of(NexusTargetTls options) => new() { Mode = options.Mode, CertificateFile = options.CertificateFile, KeyFile = options.KeyFile };

    private static NexusTlsOptions Of(NexusTlsOptions options) => new()
    {
        Directory = options.Directory,
        StateDirectory = options.StateDirectory,
        Contacts = [.. options.Contacts],
        ExternalAccountId = options.ExternalAccountId,
        ExternalAccountKeyFile = options.ExternalAccountKeyFile,
        AuthorityCertificateFile = options.AuthorityCertificateFile,
        AuthorityCertificates = options.AuthorityCertificates is { } authorities ? [.. authorities] : null,
        Profile = options.Profile,
        Challenges = [.. options.Challenges],
        MaxOrdersPerHour = options.MaxOrdersPerHour,
        RetriesAtOnce = options.RetriesAtOnce,
    };

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
