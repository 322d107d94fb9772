using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Nexus.Protocol.Backend;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Backend;

public sealed class TokenKeyRingTests : IDisposable
{
    private readonly ECDsa _p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly RSA _rsa = RSA.Create(2_048);

    public void Dispose()
    {
        _p256.Dispose();
        _p384.Dispose();
        _rsa.Dispose();
    }

    [Fact]
    public void Secrets_KeyIdNamesOne_ThatOneAloneIsTried()
    {
        var ring = new TokenKeyRing([Secret("old", "one"), Secret("new", "two"), Secret("nameless", null)]);
        Assert.Equal("two", KeyId(ring, TestSigner.Hmac("""{"alg":"HS256","kid":"two"}""", "new")));
        Assert.Equal(TokenError.BadSignature, Error(ring, TestSigner.Hmac("""{"alg":"HS256","kid":"two"}""", "old")));
        Assert.Equal(TokenError.BadSignature, Error(ring, TestSigner.Hmac("""{"alg":"HS256","kid":"two"}""", "nameless")));
    }

    [Theory]
    [InlineData("""{"alg":"HS256"}""")]
    [InlineData("""{"alg":"HS256","kid":"unheard of"}""")]
    [InlineData("""{"alg":"HS256","kid":5}""")]
    [InlineData("""{"alg":"HS256","kid":""}""")]
    public void Secrets_NoKnownKeyId_AllAreTried(string header)
    {
        var ring = new TokenKeyRing([Secret("old", "one"), Secret("new", "two"), Secret("nameless", null)]);
        Assert.Equal("one", KeyId(ring, TestSigner.Hmac(header, "old")));
        Assert.Equal("two", KeyId(ring, TestSigner.Hmac(header, "new")));
        Assert.Null(KeyId(ring, TestSigner.Hmac(header, "nameless")));
        Assert.Equal(TokenError.BadSignature, Error(ring, TestSigner.Hmac(header, "another")));
    }

    [Fact]
    [Statement("node 18")]
    public void PublicKeys_SwitchedOff_AsymmetricTokensAreRefused()
    {
        var ring = new TokenKeyRing([Secret("s", null)]);
        Assert.Equal(TokenError.UnsupportedAlgorithm, Error(ring, Es256("""{"alg":"ES256"}""")));
        Assert.Equal(TokenError.UnsupportedAlgorithm, Error(ring, Rs256("""{"alg":"RS256"}""")));
        Assert.Equal(TokenError.UnsupportedAlgorithm, Error(ring, TestSigner.Compact("""{"alg":"none"}""", _ => [])));
    }

    [Fact]
    public void PublicKeys_EveryAlgorithm_IsRead()
    {
        var ring = Ring(TestSigner.Jwk(_p256, ",\"kid\":\"e\""), TestSigner.Jwk(_p384), TestSigner.Jwk(_rsa, ",\"kid\":\"r\",\"use\":\"sig\""));
        Assert.Equal("e", KeyId(ring, Es256("""{"alg":"ES256"}""")));
        Assert.Equal("e", KeyId(ring, Es256("""{"alg":"ES256","kid":"e"}""")));
        Assert.Null(KeyId(ring, TestSigner.Compact("""{"alg":"ES384"}""", signed => _p384.SignData(signed, HashAlgorithmName.SHA384))));
        Assert.Equal("r", KeyId(ring, Rs256("""{"alg":"RS256"}""")));
        Assert.Equal("r", KeyId(ring, TestSigner.Compact("""{"alg":"PS256"}""", signed => _rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pss))));
    }

    [Fact]
    public void PublicKeys_WrongSignatureOrKey_IsRefused()
    {
        var ring = Ring(TestSigner.Jwk(_p256, ",\"kid\":\"e\""), TestSigner.Jwk(_rsa, ",\"kid\":\"r\",\"alg\":\"RS256\""));
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(TokenError.BadSignature, Error(ring, TestSigner.Compact("""{"alg":"ES256"}""", signed => other.SignData(signed, HashAlgorithmName.SHA256))));
        Assert.Equal(TokenError.BadSignature, Error(ring, TestSigner.Compact("""{"alg":"ES256"}""", _ => [])));
        Assert.Equal(TokenError.BadSignature, Error(ring, TestSigner.Compact("""{"alg":"ES256"}""", _ => new byte[64])));
        Assert.Equal(TokenError.BadSignature, Error(ring, TestSigner.Compact("""{"alg":"ES256"}""", signed => _p256.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))));
        Assert.Equal(TokenError.UnknownKey, Error(ring, Es256("""{"alg":"ES256","kid":"r"}""")));
        Assert.Equal(TokenError.UnknownKey, Error(ring, Es256("""{"alg":"ES256","kid":"x"}""")));
        Assert.Equal(TokenError.UnknownKey, Error(ring, Es256("""{"alg":"EdDSA"}""")));
        Assert.Equal(TokenError.UnknownKey, Error(ring, TestSigner.Compact("""{"alg":"PS256"}""", signed => _rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pss))));
        Assert.Equal(TokenError.UnsupportedAlgorithm, Error(ring, Es256("""{"alg":"ES256","crit":["x"]}""")));
    }

    [Fact]
    public void PublicKey_UsedAsASharedSecret_IsRefused()
    {
        // The classic confusion: HMAC over the bytes of a public key, in every form in which one may have it.
        var jwk = TestSigner.Jwk(_rsa);
        string[] texts = [jwk, _rsa.ExportSubjectPublicKeyInfoPem(), _rsa.ExportSubjectPublicKeyInfoPem() + "\n"];
        var ring = Ring(jwk);
        Assert.All(texts, text => Assert.Equal(TokenError.UnsupportedAlgorithm, Error(ring, TestSigner.Hmac("""{"alg":"HS256"}""", text))));
        var both = new TokenKeyRing([Secret("s", "k")], Keys(TestSigner.Jwk(_rsa, ",\"kid\":\"k\"")));
        Assert.All(texts, text => Assert.Equal(TokenError.BadSignature, Error(both, TestSigner.Hmac("""{"alg":"HS256","kid":"k"}""", text))));
        Assert.Equal(TokenError.BadSignature, Error(both, TestSigner.Compact("""{"alg":"RS256","kid":"k"}""", signed => HMACSHA256.HashData("s"u8, signed))));
    }

    [Fact]
    public void KeySet_WeakForeignAndSymmetricKeys_ArePassedOver()
    {
        using var weak = RSA.Create(1_024);
        Assert.True(JsonWebKeySet.TryRead(
            TestSigner.Set(
                TestSigner.Jwk(weak), TestSigner.Jwk(_p256, ",\"use\":\"enc\""), TestSigner.Jwk(_p256, ",\"key_ops\":[\"sign\"]"), """{"kty":"oct","k":"c2VjcmV0"}""",
                """{"kty":"OKP","crv":"Ed448","x":"AAAA"}""", """{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}""", "5", "null",
                """{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""",
                """{"kty":"RSA","n":"","e":"AQAB"}""", RsaWithExponent([1]), RsaWithExponent([0, 0, 1]), RsaWithExponent([0, 0, 0]), TestSigner.Jwk(_p256)),
            out var keys, out var passedOver));
        Assert.Single(keys);
        Assert.Equal(13, passedOver);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"keys\":5}")]
    [InlineData("{\"keys\":[]} x")]
    [InlineData("<html>")]
    [InlineData("""{"keys":[{"\ud800":1,"kty":"RSA"}]}""")]
    public void KeySet_NoSet_IsRefused(string json) => Assert.False(JsonWebKeySet.TryRead(Encoding.UTF8.GetBytes(json), out _, out _));

    [Fact]
    public void KeySet_TooLargeOrTooMany_IsBounded()
    {
        Assert.False(JsonWebKeySet.TryRead(new byte[JsonWebKeySet.MaxSize + 1], out _, out _));
        Assert.True(JsonWebKeySet.TryRead(TestSigner.Set([.. Enumerable.Repeat(TestSigner.Jwk(_p256), 50)]), out var keys, out var passedOver));
        Assert.Equal((JsonWebKeySet.MaxKeys, 50 - JsonWebKeySet.MaxKeys), (keys.Count, passedOver));
    }

    [Fact]
    public void KeySet_Mutated_NeverFails()
    {
        var random = new Random(7_517);
        var seed = TestSigner.Set(TestSigner.Jwk(_p256, ",\"kid\":\"e\""), """{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""");
        for (var i = 0; i < 5_000; i++) JsonWebKeySet.TryRead(Fuzz.Mutate(random, seed), out _, out _);
    }

    [Fact]
    public void Token_Mutated_IsNeverAccepted()
    {
        var random = new Random(7_518);
        var ring = Ring(TestSigner.Jwk(_p256), """{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""");
        var seed = Es256("""{"alg":"ES256"}""");
        var genuine = seed.AsSpan(0, seed.Length - 1).ToArray();
        for (var i = 0; i < 5_000; i++)
        {
            var token = Fuzz.Mutate(random, seed);
            if (!token.AsSpan().StartsWith(genuine)) Assert.NotEqual(TokenError.None, Error(ring, token));
        }
    }

    private static HmacTokenKey Secret(string text, string? id) => new(Encoding.UTF8.GetBytes(text), id);

    private static IReadOnlyList<PublicTokenKey> Keys(params string[] keys) =>
        JsonWebKeySet.TryRead(TestSigner.Set(keys), out var read, out _) ? read : throw new FormatException("No key set.");

    private static TokenKeyRing Ring(params string[] keys) => new([], Keys(keys));

    private static TokenError Error(TokenKeyRing ring, byte[] token) => ring.TryRead(token, out _, out _, out var error) ? TokenError.None : error;

    private static string? KeyId(TokenKeyRing ring, byte[] token)
    {
        Assert.True(ring.TryRead(token, out _, out var keyId, out var error), error.ToString());
        return keyId;
    }

    private string RsaWithExponent(byte[] exponent)
    {
        var parameters = _rsa.ExportParameters(false);
        return $$"""{"kty":"RSA","n":"{{Base64Url.EncodeToString(parameters.Modulus)}}","e":"{{Base64Url.EncodeToString(exponent)}}"}""";
    }

    private byte[] Es256(string header) => TestSigner.Compact(header, signed => _p256.SignData(signed, HashAlgorithmName.SHA256));

    private byte[] Rs256(string header) => TestSigner.Compact(header, signed => _rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
}
