using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Nexus.Acme.Challenges;
using Nexus.Acme.Orders;
using Nexus.Acme.Signing;

namespace Nexus.Acme.Tests.Challenges;

public sealed class ChallengeAnswerTests
{
    [Theory]
    [InlineData("app.example.com")]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    public void Certificate_IsAsRfc8737Has(string name)
    {
        using var key = SigningKey.Create();
        var time = new ManualTimeProvider();
        var answer = new ChallengeAnswer(AcmeIdentifier.Parse(name), ChallengeKind.TlsAlpn01, "token", key);
        using var certificate = answer.CreateCertificate(time);
        Assert.True(certificate.HasPrivateKey);
        Assert.Equal(certificate.Issuer, certificate.Subject);
        Assert.InRange(time.GetUtcNow().UtcDateTime, certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        Assert.True(certificate.NotAfter - certificate.NotBefore <= TimeSpan.FromDays(1));

        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(name, Assert.Single(names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString()))));
        var extension = Assert.Single(certificate.Extensions, extension => extension.Oid?.Value == "1.3.6.1.5.5.7.1.31");
        Assert.True(extension.Critical);
        Assert.Equal([0x04, 0x20, .. SHA256.HashData(Encoding.ASCII.GetBytes($"token.{key.Thumbprint}"))], extension.RawData);
    }

    [Fact]
    public void Http_IsAsRfc8555Has()
    {
        using var key = SigningKey.Create();
        var answer = new ChallengeAnswer(AcmeIdentifier.Parse("a.example"), ChallengeKind.Http01, "abc-_1", key);
        Assert.Equal("/.well-known/acme-challenge/abc-_1", answer.Path);
        Assert.Equal($"abc-_1.{key.Thumbprint}", answer.KeyAuthorization);
        Assert.Equal(answer, new ChallengeAnswer(answer.Identifier, answer.Kind, answer.KeyAuthorization));
    }

    [Theory]
    [InlineData("")]
    [InlineData("token")]
    [InlineData("token.short")]
    [InlineData("../x.NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")]
    [InlineData(".NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")]
    public void KeyAuthorization_ThatIsNone_IsRefused(string text) =>
        Assert.Throws<FormatException>(() => new ChallengeAnswer(AcmeIdentifier.Parse("a.example"), ChallengeKind.Http01, text));
}
