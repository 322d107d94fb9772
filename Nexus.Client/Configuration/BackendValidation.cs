using Nexus.Client.LocalRouting;
using Nexus.Protocol.Naming;
using Nexus.Protocol.WebSockets;

namespace Nexus.Client.Configuration;

/// <summary>The rules for one backend. Collects, so that everything wrong is told at once.</summary>
internal sealed class BackendValidation(string prefix)
{
    private const int MaxPort = 65_535;
    private const int MaxTimeoutSeconds = 3_600;
    private const int MaxGrant = 1 << 20; // of one message; a hub takes a larger one for this (spec/client.md §8.2)
    private readonly List<NexusConfigurationError> _errors = [];

    public IReadOnlyList<NexusConfigurationError> Errors => _errors;

    public void Check(NexusBackendOptions options, bool hasTokenProvider, bool hasConnectHandler)
    {
        if (options.Name.Length == 0) Add("name", "must not be empty.");
        CheckClaims(options);
        CheckAddresses(options.NexusAddresses);
        CheckAttestation(options.Attestation, hasTokenProvider);
        CheckPortMappings(options.PortMappings, hasConnectHandler);
        new TlsValidation((path, message) => Add(path, message, NexusConfigurationErrorScope.Backend)).Check(options);
        CheckFlowControl(options.FlowControl.WithDefaults());
        CheckHealthChecks(options.HealthChecks.WithDefaults());
        CheckTransport(options.Transport);
    }

    private void CheckClaims(NexusBackendOptions options)
    {
        for (var i = 0; i < options.TcpPorts.Count; i++)
        {
            if (options.TcpPorts[i] is < 1 or > MaxPort) Add($"tcpPorts[{i}]", $"must be between 1 and {MaxPort}.");
        }

        CheckUdpRoutes(options.UdpRoutes);
        if (options.Hostnames.Count == 0 && options.TcpPorts.Count == 0 && options.UdpRoutes.Count == 0)
            Add("hostnames", "there must be at least one host name, TCP port or UDP route.");
        for (var i = 0; i < options.Hostnames.Count; i++)
        {
            var hostname = options.Hostnames[i];
            if (hostname.StartsWith("tcp:", StringComparison.Ordinal) || hostname.StartsWith("udp:", StringComparison.Ordinal))
                Add($"hostnames[{i}]", "must not start with \"tcp:\" or \"udp:\"; claim ports under tcpPorts or udpRoutes.");
            else if (HostName.Normalize(hostname).Length == 0)
                Add($"hostnames[{i}]", "is empty.");
        }
    }

    private void CheckUdpRoutes(IList<NexusUdpRoute> routes)
    {
        var seen = new HashSet<int>();
        for (var i = 0; i < routes.Count; i++)
        {
            var route = routes[i];
            if (route.Port is < 1 or > MaxPort) Add($"udpRoutes[{i}].port", $"must be between 1 and {MaxPort}.");
            else if (!seen.Add(route.Port)) Add($"udpRoutes[{i}].port", "is claimed twice.");
            if (route.FlowIdleTimeoutSeconds < 0) Add($"udpRoutes[{i}].flowIdleTimeoutSeconds", "must not be negative.");
        }
    }

    private void CheckAddresses(IList<string> addresses)
    {
        if (addresses.Count == 0) Add("nexusAddresses", "there must be at least one address.");
        for (var i = 0; i < addresses.Count; i++)
        {
            if (WebSocketAddress.TryParse(addresses[i], out _, out var problem)) continue;
            Add($"nexusAddresses[{i}]", problem, NexusConfigurationErrorScope.Address);
        }
    }

    private void CheckAttestation(NexusAttestationOptions options, bool hasTokenProvider)
    {
        if (!hasTokenProvider && string.IsNullOrWhiteSpace(options.Command)
            && string.IsNullOrWhiteSpace(options.HmacSecret) && string.IsNullOrWhiteSpace(options.HmacSecretFile))
        {
            Add("attestation", "needs a command, an hmacSecret or an hmacSecretFile.");
        }

        CheckNotNegative("timeoutSeconds", options.TimeoutSeconds);
        if (options.TimeoutSeconds > MaxTimeoutSeconds) Add("attestation.timeoutSeconds", $"must be at most {MaxTimeoutSeconds}.");
        CheckNotNegative("cacheHandshakeSeconds", options.CacheHandshakeSeconds);
        CheckNotNegative("tokenTTLSeconds", options.TokenTtlSeconds);
        CheckNotNegative("handshakeMaxAgeSeconds", options.HandshakeMaxAgeSeconds);
        CheckNotNegative("reauthIntervalSeconds", options.ReauthIntervalSeconds);
        CheckNotNegative("reauthGraceSeconds", options.ReauthGraceSeconds);
        CheckNotNegative("maintenanceGraceCapSeconds", options.MaintenanceGraceCapSeconds);
    }

    private void CheckNotNegative(string key, int value)
    {
        if (value < 0) Add($"attestation.{key}", "must not be negative.");
    }

    private void CheckPortMappings(IDictionary<int, NexusPortMapping> mappings, bool hasConnectHandler)
    {
        if (mappings.Count == 0 && !hasConnectHandler) Add("portMappings", "there must be at least one port.");
        foreach (var (port, mapping) in mappings)
        {
            var path = $"portMappings[{port}]";
            if (string.IsNullOrWhiteSpace(mapping.Default) && mapping.Hosts.Count == 0) Add(path, "needs a default or hosts.");
            if (!string.IsNullOrWhiteSpace(mapping.Default)) CheckTarget($"{path}.default", mapping.Default);
            foreach (var (pattern, target) in mapping.Hosts)
            {
                if (!HostPattern.TryParse(pattern, out _)) Add($"{path}.hosts[{pattern}]", "is neither a host name nor \"*.\" and a host name.", NexusConfigurationErrorScope.Backend);
                CheckTarget($"{path}.hosts[{pattern}]", target);
            }

            if (!Enum.IsDefined(mapping.ProxyProtocol)) Add($"{path}.proxyProtocol", "must be none, v1 or v2.");
            foreach (var (pattern, protocol) in mapping.HostProxyProtocols)
            {
                if (!mapping.Hosts.ContainsKey(pattern)) Add($"{path}.hostProxyProtocols[{pattern}]", "is not one of the hosts.");
                if (!Enum.IsDefined(protocol)) Add($"{path}.hostProxyProtocols[{pattern}]", "must be none, v1 or v2.");
            }
        }
    }

    private void CheckTarget(string path, string target)
    {
        if (!LocalTarget.TryParse(target, out _)) Add(path, "must be host:port.", NexusConfigurationErrorScope.Backend);
    }

    private void CheckFlowControl(NexusFlowControlOptions options)
    {
        if (options.LowWaterMark >= options.HighWaterMark)
            Add("flowControl.lowWaterMark", $"{options.LowWaterMark} must be below highWaterMark, which is {options.HighWaterMark}.");
        if (options.HighWaterMark >= options.MaxBuffer)
            Add("flowControl.highWaterMark", $"{options.HighWaterMark} must be below maxBuffer, which is {options.MaxBuffer}.");
        if (options.MaxBuffer > MaxGrant) Add("flowControl.maxBuffer", $"must be at most {MaxGrant}.");
        if (options.MaxBufferedBytes < 1024 * 1024) Add("flowControl.maxBufferedBytes", "must be at least 1 MiB.");
    }

    private void CheckHealthChecks(NexusHealthCheckOptions options)
    {
        if (options.InactivityTimeout > TimeSpan.FromDays(1)) Add("healthChecks.inactivityTimeout", "must be at most 1 day.");
        if (options.PongTimeout > TimeSpan.FromHours(1)) Add("healthChecks.pongTimeout", "must be at most 1 hour.");
    }

    private void CheckTransport(NexusTransportOptions options)
    {
        if (options.ConnectTimeout < TimeSpan.FromSeconds(1) || options.ConnectTimeout > TimeSpan.FromMinutes(5))
            Add("transport.connectTimeout", "must be between 1 second and 5 minutes.");
        if (options.DrainTimeout < TimeSpan.Zero || options.DrainTimeout > TimeSpan.FromMinutes(10))
            Add("transport.drainTimeout", "must be between 0 and 10 minutes.");
    }

    private void Add(string path, string message, NexusConfigurationErrorScope scope = NexusConfigurationErrorScope.Process) =>
        _errors.Add(new(prefix.Length == 0 ? path : $"{prefix}.{path}", message, scope));
}
