using System.Text;
using Nexus.Acme.Certificates;
using Nexus.Acme.Problems;

namespace Nexus.Acme.Tests.Certificates;

public sealed class CertificateChainTests : IDisposable
{
    private readonly TestCertificates _certificates = new("Chain root");

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public void Chain_ComesBackTheSame()
    {
        var leaf = _certificates.IssuePem("a.example").Certificate;
        var chain = Parse($"\r\n{leaf}\r\n\n{_certificates.RootPem}\n");
        Assert.Equal(2, chain.Count);
        Assert.Equal($"{leaf}\n{_certificates.RootPem}\n", chain.ToPem());
        Assert.Equal(chain.ToPem(), Parse(chain.ToPem()).ToPem());
        Assert.True(chain.LeadsTo("chain ROOT"));
        Assert.False(chain.LeadsTo("Chain"));
        using var intermediate = Assert.Single(chain.LoadIntermediates());
        Assert.Equal("CN=Chain root", intermediate.Subject);
    }

    [Theory]
    [InlineData("{0}{1}")]
    [InlineData("{1}{0}")]
    [InlineData("subject=/CN=x\n{0}")]
    [InlineData("{0}end")]
    [InlineData("-----BEGIN CERTIFICATE-----\n{0}")]
    [InlineData("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN X509 CRL-----\nMAAA\n-----END X509 CRL-----\n")]
    [InlineData("{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}")]
    [InlineData(" ")]
    public void AnythingElse_IsRefused(string format)
    {
        var pem = _certificates.IssuePem("a.example");
        var text = format.Replace("{0}", pem.Certificate + "\n", StringComparison.Ordinal).Replace("{1}", pem.PrivateKey + "\n", StringComparison.Ordinal);
        Assert.Equal(AcmeErrorKind.BadAnswer, Assert.Throws<AcmeException>(() => Parse(text)).Kind);
    }

    private static CertificateChain Parse(string pem) => CertificateChain.Parse(Encoding.ASCII.GetBytes(pem));
}
