using Nexus.ServiceDefaults.NodeConfiguration;

namespace Nexus.Mesh.Configuration;

/// <summary>What the mesh takes from the node's <c>config.yaml</c>.</summary>
internal static class MeshKeys
{
    private const string Peering = "Nexus:Mesh:Peering";

    public static NodeKeyMap Map { get; } = new()
    {
        Service = "mesh",
        Uses =
        [
            new("peers", $"{Peering}:Peers"),
            new("peerListenAddress", $"{Peering}:ListenAddress"),
            new("peerAuthentication.trustedDomainSuffixes", $"{Peering}:TrustedDomainSuffixes"),
        ],
        Defaults = new Dictionary<string, string?> { ["services:certs:grpc:0"] = "http://127.0.0.1:5031" },
    };
}
