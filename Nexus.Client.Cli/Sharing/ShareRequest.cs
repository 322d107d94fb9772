namespace Nexus.Client.Cli.Sharing;

/// <summary>What <c>nexus http</c> and <c>nexus tcp</c> were told to do.</summary>
internal sealed record ShareRequest
{
    /// <summary>Where users are brought; null when that is not what is asked.</summary>
    public required LocalAddress? Target { get; init; }

    /// <summary>Public names, normalised; none for a claimed port.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>The public port claimed as a whole; null when users are told apart by name.</summary>
    public int? ClaimedPort { get; init; }

    /// <summary>Whether the service speaks HTTP.</summary>
    public required bool IsHttp { get; init; }

    /// <summary>Where TLS ends.</summary>
    public required NexusTargetTls Tls { get; init; }

    /// <summary>The edge's port for TLS.</summary>
    public required int PublicPort { get; init; }

    /// <summary>The edge's port for plain HTTP; 0 for none.</summary>
    public required int PlainPort { get; init; }

    /// <summary>How the target is told who the user is.</summary>
    public NexusProxyProtocol ProxyProtocol { get; init; }

    /// <summary>How certificates are obtained.</summary>
    public required NexusTlsOptions Certificates { get; init; }

    private string Destination => Target?.Target ?? "localhost:1";

    /// <summary>Where users go, one address a name.</summary>
    public IEnumerable<string> PublicAddresses(Uri server) => ClaimedPort is { } port
        ? [$"tcp://{server.Host}:{port}"]
        : Hosts.Select(host => $"{(IsHttp ? "https" : "tls")}://{host}{(IsHttp && PublicPort == 443 ? "" : $":{PublicPort}")}");

    /// <summary>The backend that does it.</summary>
    public NexusBackendOptions CreateBackend(Access.HubAccess access)
    {
        var backend = access.CreateBackend($"{Environment.UserName}@{Environment.MachineName}");
        backend.Hostnames = [.. Hosts];
        backend.Tls = Certificates;
        if (ClaimedPort is { } port)
        {
            backend.TcpPorts = [port];
            backend.PortMappings[port] = new() { Default = Destination, ProxyProtocol = ProxyProtocol };
            return backend;
        }

        backend.PortMappings[PublicPort] = new() { Default = Destination, DefaultTls = Tls, ProxyProtocol = ProxyProtocol };
        return backend;
    }
}
