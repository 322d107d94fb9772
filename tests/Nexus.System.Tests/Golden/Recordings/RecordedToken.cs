using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Nexus.SystemTests.Golden.Recordings;

/// <summary>A recorded token, and how to make the same one for another nonce.</summary>
/// <param name="Header">Its exact JSON.</param>
/// <param name="Claims">Its exact JSON.</param>
/// <param name="SignedWith">The recorder's words: hash and secret, or that none of both secrets fits.</param>
internal sealed record RecordedToken(string Header, string Claims, string SignedWith)
{
    public const string Secret = "golden-shared-secret-0123456789abcdef";

    private const string WrongSecret = "golden-WRONG-secret-0123456789abcdef";

    public string? Nonce => TryParse()?["session_nonce"]?.ToString();

    public static RecordedToken Read(JsonNode jwt) =>
        new((string?)jwt["header_json"] ?? "", (string?)jwt["claims_json"] ?? "", jwt["signed_with"]?.ToString() ?? "");

    /// <summary>A valid token of at least this size, for one that was too long to be kept.</summary>
    public static byte[] MakeLong(DateTimeOffset now, string nonce, int size) => new RecordedToken(
        """{"alg":"HS256","typ":"JWT"}""",
        $$"""{"hostnames":["app.example.test"],"weight":1,"iss":"authorizer","sub":"{{new string('s', size * 3 / 4)}}","aud":["nexus"],"exp":{{now.ToUnixTimeSeconds() + 600}},"session_nonce":"{{nonce}}"}""",
        "").WithNonce("", "");

    /// <summary>The same token with this nonce in place of its own, signed with the same secret.</summary>
    public byte[] WithNonce(string recordedNonce, string nonce)
    {
        var text = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Header)) + "." +
            Base64Url.EncodeToString(Encoding.UTF8.GetBytes(recordedNonce.Length == 0 ? Claims : Claims.Replace(recordedNonce, nonce, StringComparison.Ordinal)));
        return Encoding.ASCII.GetBytes(text + "." + Base64Url.EncodeToString(Sign(Encoding.ASCII.GetBytes(text))));
    }

    /// <summary>Whether this text is a token that the shared secret signs, with what claims.</summary>
    public static JsonObject Verify(string token)
    {
        var parts = token.Split('.');
        Assert.Equal(3, parts.Length);
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]));
        Assert.Equal(Base64Url.EncodeToString(expected), parts[2]);
        return JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))?.AsObject() ?? throw new FormatException("A token without claims.");
    }

    private byte[] Sign(byte[] text)
    {
        var key = Encoding.UTF8.GetBytes(SignedWith.Contains("wrong secret", StringComparison.Ordinal) ? WrongSecret : Secret);
        if (SignedWith.Contains("SHA512", StringComparison.Ordinal) || Header.Contains("HS512", StringComparison.Ordinal)) return HMACSHA512.HashData(key, text);
        return Header.Contains("HS384", StringComparison.Ordinal) ? HMACSHA384.HashData(key, text) : HMACSHA256.HashData(key, text);
    }

    private JsonNode? TryParse()
    {
        try
        {
            return JsonNode.Parse(Claims);
        }
        catch (System.Text.Json.JsonException)
        {
            return null; // some recorded tokens are malformed on purpose
        }
    }
}
