namespace Nexus.Mesh.Peering.Tunnels;

/// <summary>Whoever passes messages on to tunnels.</summary>
internal interface ITunnelHost
{
    /// <summary>Messages for it are ignored from now on.</summary>
    void Forget(Tunnel tunnel);
}
