using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Nexus.ServiceDefaults;

/// <summary>TLS on internal endpoints that are configured with https.</summary>
public interface IInternalTls
{
    /// <summary>The endpoint's certificate, and what callers must show.</summary>
    /// <param name="endpoint">Not yet listening.</param>
    void Configure(HttpsConnectionAdapterOptions endpoint);

    /// <summary>Why what a caller has shown is no identity that is valid now; null when it is one.</summary>
    /// <param name="shown">On a connection that may be older than it is good.</param>
    string? FindFault(X509Certificate2 shown);
}
