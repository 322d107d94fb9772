using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Nexus.Protocol.Backend;

namespace Nexus.Protocol.Tests.Backend;

public sealed class BackendTokenTests
{
    private const string NodeVector = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJob3N0bmFtZXMiOlsiYXBwLmV4YW1wbGUuY29tIl0sIndlaWdodCI6Miwic2Vzc2lvbl9ub25jZSI6IkFBRUNBd1FGQmdjSUNRb0xEQTBPRHhBUkVoTVVGUllYR0JrYUd4d2RIaDgiLCJpc3MiOiJhdXRob3JpemVyIiwic3ViIjoiZWRnZSIsImF1ZCI6WyJuZXh1cyJdLCJleHAiOjE3MDAwMDAwMzAsImlhdCI6MTcwMDAwMDAwMH0.l_kmLEEYYIOqDhTUf59y5ohoBWVRVUxv7-1f2yTmW3I";
    private const string HandshakeVector = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJob3N0bmFtZXMiOlsiaW1hcC5leGFtcGxlLmNvbSJdLCJ3ZWlnaHQiOjEsImhhbmRzaGFrZV9tYXhfYWdlX3NlY29uZHMiOjUsInJlYXV0aF9pbnRlcnZhbF9zZWNvbmRzIjo5MDAsInJlYXV0aF9ncmFjZV9zZWNvbmRzIjoxNSwib3V0Ym91bmRfYWxsb3dlZCI6dHJ1ZSwiYWxsb3dlZF9vdXRib3VuZF9wb3J0cyI6WzI1LDQ2NSw1ODddLCJpc3MiOiJhdXRob3JpemVyIiwic3ViIjoiZW1haWwtc2VydmVyIiwiYXVkIjpbIm5leHVzIl0sImV4cCI6MTcwMDAwMDA0NSwiaWF0IjoxNzAwMDAwMDAwfQ.fAIbPz9lClF45a2gMYxiSpwk9mHAU5CCSL3aL-G9oTU";
    private const string AttestVector = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJob3N0bmFtZXMiOlsiaW1hcC5leGFtcGxlLmNvbSJdLCJ3ZWlnaHQiOjEsInNlc3Npb25fbm9uY2UiOiJBQUVDQXdRRkJnY0lDUW9MREEwT0R4QVJFaE1VRlJZWEdCa2FHeHdkSGg4IiwicmVhdXRoX2ludGVydmFsX3NlY29uZHMiOjkwMCwicmVhdXRoX2dyYWNlX3NlY29uZHMiOjE1LCJvdXRib3VuZF9hbGxvd2VkIjp0cnVlLCJhbGxvd2VkX291dGJvdW5kX3BvcnRzIjpbMjUsNDY1LDU4N10sImlzcyI6ImF1dGhvcml6ZXIiLCJzdWIiOiJlbWFpbC1zZXJ2ZXIiLCJhdWQiOlsibmV4dXMiXSwiZXhwIjoxNzAwMDAwMDQ1LCJpYXQiOjE3MDAwMDAwMDB9.LD3q9BAgbeQM5fC-4v2QNCxdAH6aBFlBIaJFNHA6z34";

    private static readonly BackendClaims s_client = new()
    {
        Hostnames = ["imap.example.com"],
        Weight = 1,
        ReauthIntervalSeconds = 900,
        ReauthGraceSeconds = 15,
        OutboundAllowed = true,
        AllowedOutboundPorts = [25, 465, 587],
        Issuer = BackendTokenRules.Issuer,
        Subject = "email-server",
        Audience = [BackendTokenRules.Audience],
        IssuedAt = TestClaims.Now,
        ExpiresAt = TestClaims.Now.AddSeconds(45),
    };

    private static readonly byte[] s_key = "secret"u8.ToArray();

    [Fact]
    public void Sign_NodeVector_IsEqualByteForByte() => Assert.Equal(NodeVector, BackendToken.Sign(
        TestClaims.Second with { Hostnames = ["app.example.com"], Weight = 2, Subject = "edge" }, "test-secret"u8));

    [Fact]
    public void Sign_ClientHandshakeVector_IsEqualByteForByte() =>
        Assert.Equal(HandshakeVector, BackendToken.Sign(s_client with { HandshakeMaxAgeSeconds = 5 }, s_key));

    [Fact]
    public void Sign_ClientAttestVector_IsEqualByteForByte() =>
        Assert.Equal(AttestVector, BackendToken.Sign(s_client with { SessionNonce = TestClaims.Nonce }, s_key));

    [Theory]
    [InlineData(NodeVector, "test-secret")]
    [InlineData(HandshakeVector, "secret")]
    [InlineData(AttestVector, "secret")]
    public void TryReadHmac_GoldenVector_ReadsTheClaims(string token, string secret)
    {
        Assert.True(BackendToken.TryReadHmac(token, Keys(secret), out var claims, out var error));
        Assert.Equal((TokenError.None, token), (error, BackendToken.Sign(claims, Encoding.UTF8.GetBytes(secret))));
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    public void TryReadHmac_HmacAlgorithms_AreAccepted(string algorithm) =>
        Assert.Equal(TokenError.None, Error(Compact($$"""{"alg":"{{algorithm}}","kid":"x","crit":["y"],"typ":1}""", "{\"weight\":1}")));

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("hs256")]
    [InlineData("RS256")]
    [InlineData("ES256")]
    [InlineData("")]
    public void TryReadHmac_OtherAlgorithms_AreRefused(string algorithm) =>
        Assert.Equal(TokenError.UnsupportedAlgorithm, Error(Compact($$"""{"alg":"{{algorithm}}"}""", "{}")));

    [Fact]
    public void TryReadHmac_NoneWithoutSignature_IsRefused() => Assert.Equal(TokenError.UnsupportedAlgorithm, Error("eyJhbGciOiJub25lIn0.e30."));

    [Fact]
    public void TryReadHmac_AnotherSecret_IsRefused() =>
        Assert.False(BackendToken.TryReadHmac(HandshakeVector, Keys("Secret"), out _, out var error) || error != TokenError.BadSignature);

    [Fact]
    public void TryReadHmac_SecondKey_IsTriedToo() => Assert.True(BackendToken.TryReadHmac(HandshakeVector, Keys("old", "secret"), out _, out _));

    [Fact]
    public void TryReadHmac_NoKeys_IsRefused() => Assert.False(BackendToken.TryReadHmac(HandshakeVector, [], out _, out _));

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(500)]
    public void TryReadHmac_KeysOfAnyLength_AreUsedAsTheyAre(int length)
    {
        var key = new byte[length];
        Assert.True(BackendToken.TryReadHmac(BackendToken.Sign(s_client, key), [key], out _, out _));
    }

    [Fact]
    public void TryReadHmac_LineEndsAroundSegments_AreTolerated()
    {
        Assert.Equal(TokenError.None, Error(HandshakeVector + "\r\n"));
        Assert.Equal(TokenError.None, Error(HandshakeVector.Insert(HandshakeVector.Length - 4, "\n")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no token")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("..")]
    [InlineData("e30.e30.e30")]
    [InlineData("eyJhbGciOjF9.e30.e30")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30.e")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30=.e30")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9 .e30.e30")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e+/0.e30")]
    public void TryReadHmac_NoCompactToken_IsMalformed(string token) => Assert.Equal(TokenError.Malformed, Error(token));

    [Fact]
    public void TryReadHmac_SignedClaimOfWrongType_IsRefused() =>
        Assert.Equal(TokenError.BadClaims, Error(Compact("""{"alg":"HS256"}""", """{"weight":"1"}""")));

    [Fact]
    public void TryReadHmac_TokenOf40000Bytes_IsRead() =>
        Assert.Equal(TokenError.None, Error(BackendToken.Sign(s_client with { IssuedAtQuote = new string('q', 30_000) }, s_key)));

    [Fact]
    public void TryReadHmac_LargerThanTheLimit_IsRefused() => Assert.Equal(TokenError.TooLarge, Error(new string('a', BackendToken.MaxSize + 1)));

    [Fact]
    public void TryReadHmac_MutatedToken_IsNeverAccepted()
    {
        var random = new Random(20_269);
        var seed = Encoding.UTF8.GetBytes(HandshakeVector);
        var genuine = seed.AsSpan(0, seed.Length - 1).ToArray();
        for (var i = 0; i < Fuzz.Inputs; i++)
        {
            var token = Fuzz.Mutate(random, seed);
            // The last character's two unused bits do not count, nor do line ends behind it.
            if (token.AsSpan().StartsWith(genuine)) continue;
            Assert.NotEqual(TokenError.None, Error(Encoding.UTF8.GetString(token)));
        }
    }

    [Fact]
    public void Base64Url_EveryLength_DecodesWhatWasEncoded()
    {
        var random = new Random(20_270);
        for (var length = 0; length < 300; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            Assert.Equal(bytes, Base64UrlText.Decode(Encoding.ASCII.GetBytes(Base64UrlText.Encode(bytes))));
        }
    }

    private static TokenError Error(string token) => BackendToken.TryReadHmac(token, Keys("secret"), out _, out var error) ? TokenError.None : error;

    private static string Compact(string header, string claims)
    {
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        var bytes = Encoding.UTF8.GetBytes(signed);
        var signature = header.Contains("HS384", StringComparison.Ordinal) ? HMACSHA384.HashData(s_key, bytes)
            : header.Contains("HS512", StringComparison.Ordinal) ? HMACSHA512.HashData(s_key, bytes) : HMACSHA256.HashData(s_key, bytes);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static ReadOnlyMemory<byte>[] Keys(params string[] secrets) => [.. secrets.Select(secret => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(secret)))];
}
