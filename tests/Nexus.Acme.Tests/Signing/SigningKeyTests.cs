using System.Security.Cryptography;
using System.Text.Json;
using Nexus.Acme.Signing;
using Nexus.Acme.Tests.Scripted;

namespace Nexus.Acme.Tests.Signing;

public sealed class SigningKeyTests
{
    private static readonly Uri s_url = new("https://ca.example/acme/x?y=%20z");

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    [InlineData("RS256")]
    public void Signature_IsWhatOthersVerify(string algorithm)
    {
        using var key = SigningKey.FromPem(TestKeys.Find(algorithm));
        var jws = CheckedJws.Verify(FlattenedJws.Sign(new Signer(key, null), "nonce", s_url, "{}"u8), _ => null);
        Assert.Equal(algorithm, jws.Header.GetProperty("alg").GetString());
        Assert.Equal(s_url.AbsoluteUri, jws.Url);
        Assert.Equal("nonce", jws.Nonce);
        Assert.Equal(key.Thumbprint, CheckedJws.Thumbprint(jws.Header.GetProperty("jwk")));

        var withAccount = CheckedJws.Verify(FlattenedJws.Sign(new Signer(key, new("https://ca.example/a/1")), "n", s_url, []), _ => jws.Header.GetProperty("jwk"));
        Assert.Equal("https://ca.example/a/1", withAccount.KeyId);
        Assert.Empty(withAccount.Payload);
    }

    [Fact]
    public void Thumbprint_OfRfc7638_IsRight()
    {
        // RFC 7638 §3.1; here it proves the code that proves ours.
        var jwk = JsonDocument.Parse("""
            {"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}
            """).RootElement;
        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", CheckedJws.Thumbprint(jwk));
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("RS256")]
    public void Pem_ComesBackTheSame(string algorithm)
    {
        using var key = SigningKey.FromPem(TestKeys.Find(algorithm));
        Assert.Contains("BEGIN PRIVATE KEY", key.ToPem(), StringComparison.Ordinal);
        using var again = SigningKey.FromPem(key.ToPem());
        Assert.Equal((key.Thumbprint, key.Algorithm), (again.Thumbprint, again.Algorithm));
    }

    [Fact]
    public void Pem_AmongOtherThings_IsFound()
    {
        using var certificates = new TestCertificates();
        using var key = SigningKey.FromPem(certificates.RootPem + "\n" + TestKeys.Find("ES256"));
        Assert.Equal("ES256", key.Algorithm);
    }

    [Fact]
    public void Pem_ThatIsNone_SaysNothingOfIt()
    {
        using var small = RSA.Create(1_024);
        using var odd = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1"));
        string[] texts = ["", "secret text", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----", "-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0\n-----END EC PRIVATE KEY-----", small.ExportPkcs8PrivateKeyPem(), odd.ExportPkcs8PrivateKeyPem(), new string('a', 300_000)];
        Assert.All(texts, text =>
        {
            var error = Assert.Throws<CryptographicException>(() => SigningKey.FromPem(text));
            Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("c2Vjc", error.ToString(), StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("", "c2VjcmV0c2VjcmV0c2VjcmV0")]
    [InlineData("kid", "")]
    [InlineData("kid", "not base64 but secret")]
    [InlineData("kid", "c2VjcmV0")]
    public void Binding_ThatIsNone_SaysNothingOfIt(string keyId, string macKey)
    {
        var error = Assert.Throws<FormatException>(() => new ExternalAccountBinding(keyId, macKey));
        Assert.False(macKey.Length > 0 && error.ToString().Contains(macKey, StringComparison.Ordinal));
    }

    [Fact]
    public void Binding_BothAlphabets_AreRead()
    {
        byte[] mac = [0xfb, 0xff, .. RandomNumberGenerator.GetBytes(30)];
        var url = new ExternalAccountBinding("kid", Base64UrlText.Encode(mac));
        var standard = new ExternalAccountBinding("kid", Convert.ToBase64String(mac));
        Assert.Equal(HMACSHA256.HashData(mac, "x"u8), url.Authenticate("x"u8));
        Assert.Equal(HMACSHA256.HashData(mac, "x"u8), standard.Authenticate("x"u8));
        Assert.Equal("external account kid", url.ToString());
    }
}
