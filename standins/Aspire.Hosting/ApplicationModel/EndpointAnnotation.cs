using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

public sealed class EndpointAnnotation(
    ProtocolType protocol,
    string? uriScheme = null,
    string? transport = null,
    string? name = null,
    int? port = null,
    int? targetPort = null,
    bool? isExternal = null,
    bool isProxied = true) : IResourceAnnotation
{
    public string Name { get; set; } = name ?? uriScheme ?? "tcp";

    public ProtocolType Protocol { get; set; } = protocol;

    public string UriScheme { get; set; } = uriScheme ?? "tcp";

    public string Transport { get; set; } = transport ?? (uriScheme is "http" or "https" ? "http" : "tcp");

    public int? Port { get; set; } = port;

    public int? TargetPort { get; set; } = targetPort;

    public bool IsExternal { get; set; } = isExternal ?? false;

    public bool IsProxied { get; set; } = isProxied;

    /// <summary>The port of each replica, once they are known.</summary>
    internal IReadOnlyList<int> AllocatedPorts { get; set; } = [];
}
