using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Nexus.Hub.Tests.Peers;

/// <summary>Makes tokens with any claims in any shape, independent of the product's own code.</summary>
internal static class TestToken
{
    public const string Secret = "a secret of the tests";

    /// <summary>The claims that pass everything for these hostnames; set others, or remove with null.</summary>
    public static Dictionary<string, object?> Claims(params string[] hostnames) => new()
    {
        ["hostnames"] = hostnames,
        ["weight"] = 1,
        ["iss"] = "authorizer",
        ["aud"] = new[] { "nexus" },
    };

    public static Dictionary<string, object?> Weighted(int weight, params string[] hostnames) => new(Claims(hostnames)) { ["weight"] = weight };

    public static string Sign(Dictionary<string, object?> claims, string secret = Secret, string algorithm = "HS256")
    {
        var present = claims.Where(claim => claim.Value is not null).ToDictionary();
        return SignText(JsonSerializer.Serialize(present), secret, algorithm);
    }

    /// <summary>A token with exactly this text of claims.</summary>
    public static string SignText(string claims, string secret, string algorithm)
    {
        var head = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new { alg = algorithm, typ = "JWT" }));
        var body = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims));
        var signed = Encoding.ASCII.GetBytes($"{head}.{body}");
        var key = Encoding.UTF8.GetBytes(secret);
        var signature = algorithm switch
        {
            "HS384" => HMACSHA384.HashData(key, signed),
            "HS512" => HMACSHA512.HashData(key, signed),
            "none" => [],
            _ => HMACSHA256.HashData(key, signed),
        };
        return $"{head}.{body}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>A claim's value from JSON text; null for "null", which removes the claim.</summary>
    public static object? Json(string json) => json == "null" ? null : JsonSerializer.Deserialize<JsonElement>(json);

    public static string Stage1(Dictionary<string, object?> claims, string nonce, string secret = Secret) =>
        Sign(new(claims) { ["session_nonce"] = nonce }, secret);
}
