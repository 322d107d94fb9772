using System.Security.Authentication;
using System.Security.Cryptography;
using Nexus.WebSocketHosting.Certificates;

namespace Nexus.WebSocketHosting.Tests.Certificates;

public sealed class NodeCertificateTests
{
    [Fact]
    public void Use_KeyOfAnotherCertificate_IsRefused()
    {
        using var authority = new TestCertificates();
        var certificate = new NodeCertificate();
        Assert.ThrowsAny<CryptographicException>(() => certificate.Use(authority.IssuePem("a.test").Certificate, authority.IssuePem("b.test").PrivateKey));
        Assert.False(certificate.IsPresent);
        Assert.Throws<AuthenticationException>(certificate.ForHandshake);
        Assert.Throws<AuthenticationException>(() => certificate.ForHandshake((_, peer, _, _) => peer is not null));
    }

    [Fact]
    public void Options_WithoutAddress_NameTheKey()
    {
        var result = new CertificatesOptionsValidator().Validate(null, new());
        Assert.Contains("services:certs:grpc:0", Assert.Single(result.Failures ?? []), StringComparison.Ordinal);
    }
}
