using System.Text;
using System.Text.Json.Nodes;
using Nexus.Protocol.Backend;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Backend;

public sealed class RecordedTokenTests
{
    private static readonly ReadOnlyMemory<byte>[] s_keys = ["golden-shared-secret-0123456789abcdef"u8.ToArray(), "golden-WRONG-secret-0123456789abcdef"u8.ToArray()];

    private static List<JsonNode> Recorded { get; } = [.. GoldenRecordings.Names.SelectMany(name => GoldenRecordings.Decoded(name, "jwt")).Select(decoded => decoded["jwt"]).OfType<JsonNode>()];

    [Fact]
    public void Sign_EveryTokenOfTheOriginalClient_IsEqualByteForByte()
    {
        // In 07b to 07g, 09b to 09e and with other subjects the tokens were made by scripts.
        var seen = 0;
        foreach (var line in GoldenRecordings.Names.Where(name => name[..2] is not ("07" or "09")).SelectMany(GoldenRecordings.Read).Where(IsFromTheOriginalSigner))
        {
            var token = Encoding.ASCII.GetString(Convert.FromHexString((string?)line["payload_hex"] ?? ""));
            Assert.True(BackendToken.TryReadHmac(token, s_keys, out var claims, out var error), error.ToString());
            Assert.Contains(token, s_keys.Select(key => BackendToken.Sign(claims, key.Span)));
            seen++;
        }

        Assert.True(seen > 50, $"{seen} tokens");
    }

    [Fact]
    public void ReadAndWrite_EveryRecordedToken_GivesEqualJson() => Assert.All(Recorded, recorded =>
    {
        var json = (string?)recorded["claims_json"] ?? "";
        Assert.True(BackendClaims.TryRead(Encoding.UTF8.GetBytes(json), out var claims));
        Assert.True(JsonNode.DeepEquals(Expected(json), JsonNode.Parse(claims.ToJson())), json);
    });

    /// <summary>The recorded claims as we write them: the audience an array, the weight always there, empty arrays left out.</summary>
    private static JsonObject Expected(string json)
    {
        var expected = JsonNode.Parse(json)?.AsObject() ?? [];
        if (expected["aud"] is JsonValue audience) expected["aud"] = new JsonArray(audience.DeepClone());
        if (expected["hostnames"] is JsonArray { Count: 0 }) expected.Remove("hostnames");
        expected.TryAdd("weight", 0);
        return expected;
    }

    private static bool IsFromTheOriginalSigner(JsonNode line) =>
        line["payload_hex"] is not null && (string?)line["decoded"]?["jwt"]?["claims_json"] is { } claims
        && claims.Contains("\"sub\":\"golden", StringComparison.Ordinal);
}
