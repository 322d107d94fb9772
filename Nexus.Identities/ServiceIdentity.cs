using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Nexus.Contracts.Carriers;
using Nexus.ServiceDefaults;

namespace Nexus.Identities;

/// <summary>
/// Who this process is to the others. Every handshake takes what is current; running connections keep what they began with, so that a
/// rotation drops no call.
/// </summary>
internal sealed class ServiceIdentity(IdentityTerms terms, TimeProvider time, ILogger<ServiceIdentity> logger) : IInternalTls
{
    private volatile Identity? _current;

    /// <summary>Null before the first.</summary>
    public Identity? Current => _current;

    public void Use(Identity identity) => _current = identity;

    /// <summary>Why a certificate that a caller has shown is not accepted now; null when it is.</summary>
    public string? FindFault(X509Certificate2? shown, IReadOnlyCollection<ServiceRole> roles) =>
        IdentityCheck.FindFault(shown, Required.Root, CertificateChain.ClientAuthentication, time.GetUtcNow(), roles);

    public string? FindFault(X509Certificate2 shown) => FindFault(shown, []);

    /// <summary>An endpoint where callers show who they are. Which role may call what is said where calls are mapped.</summary>
    public void Configure(HttpsConnectionAdapterOptions endpoint)
    {
        endpoint.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        endpoint.ServerCertificateSelector = (_, _) => Required.Leaf;
        endpoint.ClientCertificateMode = terms.ServesStrangers ? ClientCertificateMode.AllowCertificate : ClientCertificateMode.RequireCertificate;
        endpoint.ClientCertificateValidation = (shown, _, _) => Accepts(FindFault(shown, []), "caller");
        endpoint.OnAuthenticate = (_, settings) => settings.AllowTlsResume = false; // each connection shows its certificate
    }

    /// <summary>Calls from here to processes of these roles, and to no others.</summary>
    public void Secure(SocketsHttpHandler handler, params ServiceRole[] expected) => handler.SslOptions = new SslClientAuthenticationOptions
    {
        TargetHost = expected[0].ToDnsName(),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        AllowTlsResume = false,
        LocalCertificateSelectionCallback = (_, _, _, _, _) => Required.Leaf,
        RemoteCertificateValidationCallback = (_, shown, _, _) => Accepts(
            IdentityCheck.FindFault(shown as X509Certificate2, Required.Root, CertificateChain.ServerAuthentication, time.GetUtcNow(), expected), "server"),
    };

    /// <summary>Streams from here to processes of these roles; without TLS on this host only.</summary>
    public GrpcCarrier CreateCarrier(params ServiceRole[] expected) => new(
        new GrpcCarrierOptions { IsAllowed = InternalAddresses.IsAllowed, ConfigureHandler = handler => Secure(handler, expected) },
        time);

    private Identity Required => _current ?? throw new AuthenticationException("This process has no identity yet.");

    private bool Accepts(string? fault, string side)
    {
        if (fault is null) return true;
        IdentityLog.Refused(logger, side, fault);
        return false;
    }
}
