using System.Security.Cryptography.X509Certificates;

namespace Nexus.Client.Cli.Access;

/// <summary>The hub that a command works with, and what it is shown.</summary>
/// <param name="Server">The hub's WebSocket address.</param>
/// <param name="Attestation">Where the secret comes from that tokens are signed with.</param>
/// <param name="Authorities">Trusted for the hub's certificate besides those of the system.</param>
/// <param name="Domain">What host names are made under that are not given; null when nobody has said.</param>
/// <param name="Installation">Makes such names this installation's own.</param>
internal sealed record HubAccess(Uri Server, NexusAttestationOptions Attestation, X509Certificate2Collection? Authorities, string? Domain, string Installation)
{
    /// <summary>A backend that claims nothing yet.</summary>
    public NexusBackendOptions CreateBackend(string name) => new()
    {
        Name = name,
        NexusAddresses = [Server.OriginalString],
        Attestation = Attestation,
        Transport = new() { ServerCertificateAuthorities = Authorities },
    };
}
