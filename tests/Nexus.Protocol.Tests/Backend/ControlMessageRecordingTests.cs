using System.Text;
using System.Text.Json.Nodes;
using Nexus.Protocol.Backend;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Backend;

public sealed class ControlMessageRecordingTests
{
    private static readonly HashSet<string> s_known =
    [
        "event", "client_id", "conn_port", "client_ip", "transport", "hostname", "is_tls", "reason", "target_addr", "success", "credits",
    ];

    private static List<JsonNode> Recorded { get; } = [.. GoldenRecordings.Names.SelectMany(name => GoldenRecordings.Decoded(name, "control"))];

    [Fact]
    public void ReadAndWrite_EveryRecordedMessage_GivesEqualJson()
    {
        Assert.True(Recorded.Count > 500, $"{Recorded.Count} recorded messages");
        Assert.All(Recorded.Where(IsWellFormed), recorded =>
        {
            Assert.True(ControlMessage.TryRead(TextOf(recorded), out var message));
            var buffer = new byte[4_096];
            Assert.True(message.TryWrite(buffer, out var written));
            Assert.True(JsonNode.DeepEquals(Expected(recorded), JsonNode.Parse(buffer.AsSpan(0, written))), Encoding.UTF8.GetString(buffer, 0, written));
        });
    }

    [Fact]
    public void TryRead_EveryRecordedMessage_IsRefusedOnlyForItsId() =>
        Assert.All(Recorded, recorded => Assert.Equal(HasValidId(recorded), ControlMessage.TryRead(TextOf(recorded), out _)));

    [Fact]
    public void TryRead_MutatedRecordings_NeverThrows()
    {
        var random = new Random(20_266);
        for (var i = 0; i < Fuzz.Inputs; i++)
        {
            ControlMessage.TryRead(Fuzz.Mutate(random, TextOf(Recorded[random.Next(Recorded.Count)])), out _);
            ControlMessage.TryRead(Fuzz.Mutate(random, """{"event":"conne\u0063t","reason":"\ud83d\ude00\ud800","hostname":"a\"\\\/\b\f\n\r\t"}"""u8), out _);
        }
    }

    [Fact]
    public void TryRead_RandomBytes_NeverThrows()
    {
        var random = new Random(20_267);
        for (var i = 0; i < Fuzz.Inputs; i++) ControlFrame.TryRead([ControlFrame.Marker, .. Fuzz.Bytes(random, 60)], out _);
    }

    private static bool IsWellFormed(JsonNode recorded) => HasValidId(recorded) && IsKnownEvent(recorded);

    private static bool HasValidId(JsonNode recorded) =>
        (string?)recorded["json"]?["client_id"] is not { } id || StreamId.TryParse(Encoding.UTF8.GetBytes(id), out _);

    private static bool IsKnownEvent(JsonNode recorded) =>
        ControlEventText.Find(Encoding.UTF8.GetBytes((string?)recorded["json"]?["event"] ?? "")) != ControlEvent.Unknown;

    private static byte[] TextOf(JsonNode recorded) => Encoding.UTF8.GetBytes((string?)recorded["json_text"] ?? "");

    /// <summary>The recorded object with its id in the one form that is written, zero values and foreign keys left out.</summary>
    private static JsonObject Expected(JsonNode recorded)
    {
        var expected = new JsonObject();
        foreach (var (key, value) in recorded["json"]?.AsObject() ?? [])
        {
            if (s_known.Contains(key) && value is not null && value.ToJsonString() is not "0" and not "false" and not "\"\"") expected[key] = value.DeepClone();
        }

        var id = (string?)recorded["json"]?["client_id"] is { } text && StreamId.TryParse(Encoding.UTF8.GetBytes(text), out var parsed) ? parsed : default;
        expected["client_id"] = id.ToString();
        return expected;
    }
}
