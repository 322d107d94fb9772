using System.Security.Cryptography.X509Certificates;

namespace Nexus.Identities.Tests;

public sealed class IdentityCheckTests : IDisposable
{
    private readonly TestCertificates _authority = new("Identities");
    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    [Fact]
    public void Identity_OfARoleThatIsExpected_IsAccepted()
    {
        using var hub = _authority.Issue("hub.nexus.internal");
        Assert.Equal(ServiceRole.Hub, ServiceRoles.Find(hub));
        Assert.Null(FindFault(hub, ServiceRole.Hub, ServiceRole.Mesh));
        Assert.Null(FindFault(hub));
        Assert.Contains("another kind (hub)", FindFault(hub, ServiceRole.Mesh), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hub.nexus.internal", "edge.nexus.internal")] // two roles are none
    [InlineData("hub.example.com")]
    [InlineData("x.hub.nexus.internal")]
    [InlineData("hubnexus.internal")]
    [InlineData("hub.nexus.internal.example.com")]
    public void Certificate_WithoutExactlyOneRole_IsNotAccepted(params string[] names)
    {
        using var certificate = _authority.Issue(names);
        Assert.Null(ServiceRoles.Find(certificate));
        Assert.NotNull(FindFault(certificate));
    }

    [Fact]
    public void Certificate_OfAnotherAuthorityOrAnotherTime_IsNotAccepted()
    {
        using var others = new TestCertificates("Identities"); // of the same name
        using var foreign = others.Issue("hub.nexus.internal");
        using var old = _authority.Issue(["hub.nexus.internal"], _now.AddHours(-3), _now.AddHours(-1));
        using var early = _authority.Issue(["hub.nexus.internal"], _now.AddHours(1), _now.AddHours(2));
        Assert.NotNull(FindFault(foreign));
        Assert.NotNull(FindFault(old));
        Assert.NotNull(FindFault(early));
        Assert.NotNull(FindFault(null));
    }

    [Fact]
    public void Identity_RoundTripsAsPem_AndSaysNothingOfItsKey()
    {
        using var leaf = _authority.Issue("mesh.nexus.internal");
        using var key = leaf.GetECDsaPrivateKey();
        Assert.NotNull(key);
        using var certificate = X509CertificateLoader.LoadCertificate(leaf.RawData);
        var identity = Identity.Of(certificate, key, _authority.Root);
        var again = Identity.FromPem(identity.ToPem());
        Assert.Equal((identity.Leaf.Thumbprint, identity.Root.Thumbprint, ServiceRole.Mesh), (again.Leaf.Thumbprint, again.Root.Thumbprint, again.Role));
        Assert.True(again.Leaf.HasPrivateKey);
        Assert.DoesNotContain("KEY", identity.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Identity_OfAnotherKey_IsNone()
    {
        using var leaf = _authority.Issue("mesh.nexus.internal");
        using var other = _authority.Issue("mesh.nexus.internal");
        using var key = other.GetECDsaPrivateKey();
        Assert.NotNull(key);
        using var certificate = X509CertificateLoader.LoadCertificate(leaf.RawData);
        Assert.Throws<System.Security.Cryptography.CryptographicException>(() => Identity.Of(certificate, key, _authority.Root));
    }

    public void Dispose() => _authority.Dispose();

    private string? FindFault(X509Certificate2? certificate, params ServiceRole[] roles) =>
        IdentityCheck.FindFault(certificate, _authority.Root, CertificateChain.ClientAuthentication, _now, roles);
}
