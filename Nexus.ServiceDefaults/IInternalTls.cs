using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Nexus.ServiceDefaults;

/// <summary>Sets up TLS on internal endpoints that are configured with https.</summary>
public interface IInternalTls
{
    /// <summary>The endpoint's certificate, and what callers must show.</summary>
    /// <param name="endpoint">Not yet listening.</param>
    void Configure(HttpsConnectionAdapterOptions endpoint);
}
