using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Nexus.Protocol.Backend;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Backend;

/// <summary>
/// The recorded matrix of tokens, taken through the rules with the nonce and the time of the recording. Left out are the cases that
/// are no rule about tokens (message kinds, time limits, a close) and the one whose token is too long to have been recorded.
/// </summary>
public sealed class RefusalMatrixTests
{
    private const string Recording = "09f-refusal-matrix.jsonl";

    private static readonly string[] s_notAboutTokens =
    [
        "token sent as binary message",
        "client sends close 1000 instead of a token",
        "token of 40 000 bytes (before login there is no message size limit)",
        "nothing is sent at all (10 s limit)",
        "stage 0 sent, nothing after the challenge (10 s limit)",
    ];

    /// <summary>The original takes a wildcard that nobody can match and serves nothing by it; we say so.</summary>
    private static readonly string[] s_refusedOnPurpose = ["broad wildcard *.test"];

    private static readonly ClaimPolicy s_policy = new()
    {
        AllowedTcpPorts = new HashSet<int> { 31_025 },
        AllowedUdpPorts = new HashSet<int> { 31_053 },
        AllowOutbound = true,
        AllowedOutboundPorts = new HashSet<int> { 31_301 },
    };

    private static readonly List<JsonNode> s_lines = [.. GoldenRecordings.Read(Recording)];

    public static TheoryData<string> Cases => [.. Actions("case: ").Select(NameOf).Except(s_notAboutTokens)];

    [Fact]
    public void Matrix_HasTheRecordedCases() => Assert.Equal(50, Actions("case: ").Count());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rules_RecordedCase_DecideAsTheOriginal(string name)
    {
        var connection = (int?)Actions("case: ").Single(line => NameOf(line) == name)["conn"];
        var accepted = (bool?)Actions("outcome").Single(line => (int?)line["conn"] == connection)["accepted"] == true;
        Assert.Equal(accepted && !s_refusedOnPurpose.Contains(name), IsAccepted([.. s_lines.Where(line => (int?)line["conn"] == connection)]));
    }

    private static bool IsAccepted(List<JsonNode> lines)
    {
        var tokens = lines.Where(line => (string?)line["type"] == "text" && (string?)line["direction"] == "client_to_server").ToList();
        if (!IsGenuine(tokens[0], out var first, out var now) || !HandshakeRules.CheckFirst(first, s_policy, now, out var granted, out _)) return false;
        if (tokens.Count == 1) return true; // the case ends after the challenge

        var challenge = lines.Select(line => line["decoded"]?["json"]).OfType<JsonObject>().First();
        return IsGenuine(tokens[1], out var second, out _)
            && HandshakeRules.CheckSecond(second, (string?)challenge["nonce"] ?? "", s_policy, granted, out _, out _);
    }

    private static bool IsGenuine(JsonNode line, out BackendClaims claims, out DateTimeOffset now)
    {
        now = DateTimeOffset.Parse((string?)s_lines[0]["recorded_utc"] ?? "", CultureInfo.InvariantCulture).AddMilliseconds((double?)line["offset_ms"] ?? 0);
        ReadOnlyMemory<byte> key = Encoding.UTF8.GetBytes("golden-shared-secret-0123456789abcdef");
        var isRead = BackendToken.TryReadHmac(Convert.FromHexString((string?)line["payload_hex"] ?? ""), [key], out var read, out _);
        claims = read ?? new BackendClaims();
        return isRead && BackendTokenRules.Check(claims, now) == TokenRule.None;
    }

    private static IEnumerable<JsonNode> Actions(string prefix) =>
        s_lines.Where(line => ((string?)line["what"])?.StartsWith(prefix, StringComparison.Ordinal) == true);

    private static string NameOf(JsonNode line) => ((string?)line["what"] ?? "")["case: ".Length..];
}
