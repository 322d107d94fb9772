namespace Nexus.Client.AspNetCore;

/// <summary>
/// What the hub says about the connection a request came through: <c>HttpContext.Features.Get&lt;INexusConnectionFeature&gt;()</c>.
/// The user's address is where it always is, in <c>HttpContext.Connection</c>.
/// </summary>
public interface INexusConnectionFeature
{
    /// <summary>Who wanted what: host name, public port, TLS or not, the stream's identity, the user's address as the hub sent it.</summary>
    NexusConnectRequest Request { get; }
}
