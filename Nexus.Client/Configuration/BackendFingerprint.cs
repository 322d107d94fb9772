using System.Globalization;
using System.Text;

namespace Nexus.Client.Configuration;

/// <summary>
/// What a backend's options say, per key of the file, in a form that can be compared: tells what a change has changed. Holds
/// secrets; never logged.
/// </summary>
internal sealed class BackendFingerprint
{
    private const string PortMappings = "portMappings";
    private const string Addresses = "nexusAddresses";
    private const string Socks5 = "socks5ListenAddr";
    private const string Tls = "tls";
    private readonly Dictionary<string, string> _values;

    private BackendFingerprint(Dictionary<string, string> values) => _values = values;

    /// <summary>Everything that sessions depend on: when it differs, new sessions are needed.</summary>
    public string Sessions => Join(_values.Where(value => value.Key is not (PortMappings or Addresses or Socks5 or Tls)).Select(value => value.Value));

    /// <summary>How certificates are obtained.</summary>
    public string Authority => _values[Tls];

    public static BackendFingerprint Of(NexusBackendOptions options)
    {
        var backend = BackendDefinition.From(options);
        var (attestation, transport) = (options.Attestation, options.Transport);
        return new(new()
        {
            ["hostnames"] = Join(backend.Hostnames.Order(StringComparer.Ordinal)),
            ["tcpPorts"] = Join(backend.TcpPorts.Order()),
            ["udpRoutes"] = Join(backend.UdpRoutes.Select(route => $"{route.Port}:{route.FlowIdleTimeoutSeconds}").Order(StringComparer.Ordinal)),
            ["weight"] = Text(backend.Weight),
            [Addresses] = Join(options.NexusAddresses.Select(address => address.Trim())),
            ["attestation"] = Of(attestation),
            [PortMappings] = Join(options.PortMappings.OrderBy(mapping => mapping.Key).Select(mapping => $"{mapping.Key} {Of(mapping.Value)}")),
            [Socks5] = options.Socks5ListenAddr.Trim(),
            [Tls] = Of(options.Tls),
            ["healthChecks"] = Text(backend.HealthChecks.Enabled ? $"{backend.HealthChecks.InactivityTimeout} {backend.HealthChecks.PongTimeout}" : "off"),
            ["flowControl"] = Join<long>([backend.FlowControl.LowWaterMark, backend.FlowControl.HighWaterMark, backend.FlowControl.MaxBuffer, backend.FlowControl.MaxBufferedBytes]),
            // Callbacks and proxies cannot be compared: they count from the next session that something else makes necessary.
            ["transport"] = Join<object>([transport.ConnectTimeout, transport.DrainTimeout, Join(transport.ServerCertificateAuthorities?.Select(authority => authority.Thumbprint) ?? [])]),
        });
    }

    /// <summary>The keys whose values differ, in the order of the file.</summary>
    public IReadOnlyList<string> Differences(BackendFingerprint other) => [.. _values.Keys.Where(key => _values[key] != other._values[key])];

    private static string Of(NexusAttestationOptions options) => Join<object>(
    [
        options.Command.Trim(), Join(options.Args), Join(options.Env.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Join([pair.Key, pair.Value]))),
        options.TimeoutSeconds, options.CacheHandshakeSeconds, options.HmacSecret.Trim(), options.HmacSecretFile.Trim(), options.TokenTtlSeconds,
        options.HandshakeMaxAgeSeconds, options.ReauthIntervalSeconds, options.ReauthGraceSeconds, options.MaintenanceGraceCapSeconds,
        options.AuthorizerStatusUri.Trim(), options.PolicyVersion.Trim(), options.OutboundAllowed, Join(options.AllowedOutboundPorts),
    ]);

    private static string Of(NexusPortMapping mapping) => Join<object>(
    [
        mapping.Default.Trim(), Join(mapping.Hosts.OrderBy(host => host.Key, StringComparer.Ordinal).Select(host => Join([host.Key, host.Value]))),
        mapping.ProxyProtocol, Join(mapping.HostProxyProtocols.OrderBy(host => host.Key, StringComparer.Ordinal).Select(host => Join<object>([host.Key, host.Value]))),
        Of(mapping.DefaultTls), Join(mapping.HostTls.OrderBy(host => host.Key, StringComparer.Ordinal).Select(host => Join([host.Key, Of(host.Value)]))),
    ]);

    private static string Of(NexusTargetTls options) => Join<object>([options.Mode, options.CertificateFile.Trim(), options.KeyFile.Trim()]);

    private static string Of(NexusTlsOptions options) => Join<object>(
    [
        options.Directory.Trim(), options.StateDirectory.Trim(), Join(options.Contacts), options.ExternalAccountId.Trim(), options.ExternalAccountKeyFile.Trim(),
        options.AuthorityCertificateFile.Trim(), Join(options.AuthorityCertificates?.Select(authority => authority.Thumbprint) ?? []), options.Profile.Trim(), Join(options.Challenges), options.MaxOrdersPerHour,
    ]);

    // Each part with its length, so that no two lists give the same text.
    private static string Join<T>(IEnumerable<T> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts.Select(Text)) text.Append(CultureInfo.InvariantCulture, $"{part.Length}:{part};");
        return text.ToString();
    }

    private static string Text<T>(T value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
