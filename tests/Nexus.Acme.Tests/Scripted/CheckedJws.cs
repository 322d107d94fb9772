using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Nexus.Acme.Tests.Scripted;

/// <summary>A signed request, taken apart and verified with code of its own, by RFC 7515 and RFC 7518.</summary>
internal sealed record CheckedJws(JsonElement Header, byte[] Payload)
{
    public string? KeyId => Header.TryGetProperty("kid", out var kid) ? kid.GetString() : null;

    public string? Nonce => Header.TryGetProperty("nonce", out var nonce) ? nonce.GetString() : null;

    public string Url => Header.GetProperty("url").GetString() ?? "";

    public JsonElement Json => JsonDocument.Parse(Payload).RootElement.Clone();

    /// <summary>Fails the test when the form or the signature is wrong.</summary>
    /// <param name="body">The flattened JSON.</param>
    /// <param name="keyOf">The JWK of an account by its kid.</param>
    public static CheckedJws Verify(byte[] body, Func<string, JsonElement?> keyOf)
    {
        var jws = JsonDocument.Parse(body).RootElement.Clone();
        Assert.Equal(["payload", "protected", "signature"], jws.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        var header = JsonDocument.Parse(Decode(jws, "protected")).RootElement.Clone();
        var checkedJws = new CheckedJws(header, Decode(jws, "payload"));
        var hasKey = header.TryGetProperty("jwk", out var jwk);
        Assert.True(hasKey ^ checkedJws.KeyId is not null, "either jwk or kid");
        if (checkedJws.KeyId is { } account) jwk = keyOf(account) ?? throw new UnknownAccountException();
        var signed = Encoding.ASCII.GetBytes($"{jws.GetProperty("protected").GetString()}.{jws.GetProperty("payload").GetString()}");
        Assert.True(IsSignature(header.GetProperty("alg").GetString(), jwk, signed, Decode(jws, "signature")), "the signature is right");
        return checkedJws;
    }

    public static byte[] Decode(JsonElement owner, string name) => Base64Url.DecodeFromChars(owner.GetProperty(name).GetString());

    /// <summary>RFC 7638, written anew: members sorted, without spaces.</summary>
    public static string Thumbprint(JsonElement jwk)
    {
        var members = jwk.EnumerateObject().Where(member => member.Name is "crv" or "kty" or "x" or "y" or "e" or "n").OrderBy(member => member.Name, StringComparer.Ordinal);
        var text = "{" + string.Join(',', members.Select(member => $"\"{member.Name}\":\"{member.Value.GetString()}\"")) + "}";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static bool IsSignature(string? algorithm, JsonElement jwk, byte[] data, byte[] signature)
    {
        if (algorithm == "RS256")
        {
            using var rsa = RSA.Create(new RSAParameters { Modulus = Decode(jwk, "n"), Exponent = Decode(jwk, "e") });
            return rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        var (curve, name, hash, size) = algorithm switch
        {
            "ES256" => (ECCurve.NamedCurves.nistP256, "P-256", HashAlgorithmName.SHA256, 64),
            "ES384" => (ECCurve.NamedCurves.nistP384, "P-384", HashAlgorithmName.SHA384, 96),
            "ES512" => (ECCurve.NamedCurves.nistP521, "P-521", HashAlgorithmName.SHA512, 132),
            _ => throw new InvalidOperationException($"Algorithm {algorithm}"),
        };
        Assert.Equal(name, jwk.GetProperty("crv").GetString());
        Assert.Equal(size, signature.Length);
        using var ec = ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = Decode(jwk, "x"), Y = Decode(jwk, "y") } });
        return ec.VerifyData(data, signature, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
