using Nexus.Client.Configuration;

namespace Nexus.Client;

/// <summary>
/// One backend: who it is, what it claims at the hub, and where its streams go locally. Property names are those of the
/// YAML file (<c>nexusAddresses</c> is <see cref="NexusAddresses"/>). A <see cref="NexusClient"/> takes a copy when it is
/// constructed; changes are told to it by <see cref="NexusClient.UpdateAsync"/>.
/// </summary>
public sealed class NexusBackendOptions
{
    /// <summary>Name of the backend; becomes the token's <c>sub</c>. Required, used as it is.</summary>
    public string Name { get; set; } = "";

    /// <summary>Host names this backend serves, exact or <c>*.example.com</c>. Normalised and de-duplicated by the client.</summary>
    public IList<string> Hostnames { get; set; } = [];

    /// <summary>TCP ports of the hub claimed as a whole, 1–65535. Duplicates are dropped.</summary>
    public IList<int> TcpPorts { get; set; } = [];

    /// <summary>UDP ports of the hub claimed as a whole. A port may appear once.</summary>
    public IList<NexusUdpRoute> UdpRoutes { get; set; } = [];

    /// <summary>
    /// WebSocket addresses (<c>wss://host:port/connect</c>) of the hubs; all of them are connected at the same time, each
    /// independently of the others. At least one.
    /// </summary>
    public IList<string> NexusAddresses { get; set; } = [];

    /// <summary>Share of users relative to other backends with the same claim. Zero and less mean 1.</summary>
    public int Weight { get; set; } = 1;

    /// <summary>How tokens are obtained. Not needed when a token provider is given to the client.</summary>
    public NexusAttestationOptions Attestation { get; set; } = new();

    /// <summary>Local targets by public port of the hub. Not needed when a connect handler is given to the client.</summary>
    public IDictionary<int, NexusPortMapping> PortMappings { get; set; } = new Dictionary<int, NexusPortMapping>();

    /// <summary>How certificates are obtained for targets with <see cref="NexusTlsMode.Auto"/>.</summary>
    public NexusTlsOptions Tls { get; set; } = new();

    /// <summary>Checks of quiet streams.</summary>
    public NexusHealthCheckOptions HealthChecks { get; set; } = new();

    /// <summary>Marks at which a stream is paused and resumed, and how much the hub may send ahead.</summary>
    public NexusFlowControlOptions FlowControl { get; set; } = new();

    /// <summary>
    /// Where to listen for SOCKS5 (<c>127.0.0.1:1080</c>; <c>:1080</c> for all addresses): what connects there leaves through a hub.
    /// Empty: nowhere. There is no authentication, so keep it on loopback. An address that cannot be listened on is logged; the
    /// client runs without. Read when the client starts.
    /// </summary>
    public string Socks5ListenAddr { get; set; } = "";

    /// <summary>How the hub is dialled and left; these settings have no place in the YAML file.</summary>
    public NexusTransportOptions Transport { get; set; } = new();

    /// <summary>Checks everything and reports all errors at once, in the order of the keys.</summary>
    /// <param name="path">What precedes each error's path, such as <c>backends[1]</c>; empty for a single backend.</param>
    /// <param name="hasTokenProvider">Whether tokens come from code, so that <see cref="Attestation"/> may be empty.</param>
    /// <param name="hasConnectHandler">Whether streams may go to code, so that <see cref="PortMappings"/> may be empty.</param>
    public IReadOnlyList<NexusConfigurationError> Validate(string path = "", bool hasTokenProvider = false, bool hasConnectHandler = false)
    {
        var validation = new BackendValidation(path);
        validation.Check(this, hasTokenProvider, hasConnectHandler);
        return validation.Errors;
    }
}
