using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Client;

/// <summary>How a client reaches its hubs and how it leaves them.</summary>
public sealed class NexusTransportOptions
{
    /// <summary>
    /// Certificate authorities trusted for the hub's certificate besides those of the system. The host name is checked
    /// in any case.
    /// </summary>
    public X509Certificate2Collection? ServerCertificateAuthorities { get; set; }

    /// <summary>Takes the place of the verification of the hub's certificate altogether. Null: verify.</summary>
    public RemoteCertificateValidationCallback? ServerCertificateValidation { get; set; }

    /// <summary>Proxy for the way to the hub. Null: what HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say.</summary>
    public IWebProxy? Proxy { get; set; }

    /// <summary>Time from opening the connection to the answered WebSocket upgrade. 1 s to 5 min.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// Time in which running streams may finish when the client stops. 0 to 10 min; keep it below the host's shutdown
    /// timeout, which is 30 s unless changed.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(25);
}
