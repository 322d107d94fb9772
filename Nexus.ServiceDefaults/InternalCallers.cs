using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Nexus.ServiceDefaults;

/// <summary>Who stands behind a request to an internal endpoint.</summary>
public static class InternalCallers
{
    /// <summary>
    /// Whether it came over loopback or a Unix socket. A proxy on this host that passes on what others ask counts, too: what it lets through is
    /// its operator's to say.
    /// </summary>
    public static bool IsOnThisHost(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (from, to) = (context.Connection.RemoteIpAddress, context.Connection.LocalIpAddress);
        if (from is null) return to is null; // a Unix socket has neither
        return IPAddress.IsLoopback(from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from);
    }

    /// <summary>Whether it came over TLS.</summary>
    public static bool IsOverTls(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<ITlsHandshakeFeature>() is not null;
    }

    /// <summary>Whether the caller has shown an identity of this installation, of any role, that is valid now.</summary>
    internal static bool HasIdentity(this HttpContext context)
    {
        X509Certificate2? shown = context.IsOverTls() ? context.Connection.ClientCertificate : null;
        return shown is not null && context.RequestServices.GetService<IInternalTls>() is { } tls && tls.FindFault(shown) is null;
    }
}
