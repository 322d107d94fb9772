using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Nexus.Protocol.Tests.Backend;

/// <summary>Makes compact tokens with any header, independent of the product's own code.</summary>
internal static class TestSigner
{
    public const string Claims = """{"weight":1}""";

    public static byte[] Compact(string header, Func<byte[], byte[]> sign, string claims = Claims)
    {
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return Encoding.ASCII.GetBytes($"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}");
    }

    public static byte[] Hmac(string header, string secret) => Compact(header, signed => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));

    public static string Jwk(ECDsa key, string more = "")
    {
        var point = key.ExportParameters(false).Q;
        return $$"""{"kty":"EC","crv":"P-{{key.KeySize}}","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"{{more}}}""";
    }

    public static string Jwk(RSA key, string more = "")
    {
        var parameters = key.ExportParameters(false);
        return $$"""{"kty":"RSA","n":"{{Base64Url.EncodeToString(parameters.Modulus)}}","e":"{{Base64Url.EncodeToString(parameters.Exponent)}}"{{more}}}""";
    }

    public static byte[] Set(params string[] keys) => Encoding.UTF8.GetBytes($$"""{"keys":[{{string.Join(',', keys)}}]}""");
}
