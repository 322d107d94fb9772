using System.Text;
using System.Text.Json.Nodes;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Peering;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Peering;

/// <summary>What two original nodes said to each other, recorded (tests/data/golden, 14a to 14f).</summary>
public sealed class PeerRecordingTests
{
    private const string Scripted = "14f-mesh-refusals.jsonl";

    private static readonly string[] s_recordings = [.. GoldenRecordings.Names.Where(name => name.StartsWith("14", StringComparison.Ordinal))];

    /// <summary>All messages on links between nodes, but those whose payload was cut in the recording.</summary>
    private static IEnumerable<(string Recording, JsonNode Line)> Frames(string type) =>
        from name in s_recordings
        from line in GoldenRecordings.Read(name)
        where (string?)line["kind"] == "frame" && (string?)line["type"] == type && (string?)line["link"] != "backend_to_b"
        select (name, line);

    private static IEnumerable<string> TextsOfNodes => Frames("text").Where(frame => !IsScripted(frame)).Select(frame => TextOf(frame.Line));

    private static IEnumerable<string> ScriptedTexts => Frames("text").Where(IsScripted).Select(frame => TextOf(frame.Line));

    [Fact]
    [Statement("node 111", "node 114")]
    public void Texts_OfOriginalNodes_AreReadAndWrittenByteForByte()
    {
        var texts = TextsOfNodes.ToList();
        Assert.True(texts.Count > 30, $"{texts.Count} recorded texts");
        Assert.All(texts, text => Assert.Equal(text, Encoding.UTF8.GetString(WrittenAgain(text))));
    }

    /// <summary>In another key order, and with keys left out: what is written for them says the same.</summary>
    [Fact]
    public void Texts_OfTheScriptedNode_MeanTheSameAfterwards()
    {
        var texts = ScriptedTexts.Where(text => text.Contains("announce\"", StringComparison.Ordinal) || text.Contains("tunnel_request", StringComparison.Ordinal)).ToList();
        Assert.Equal(8, texts.Count);
        Assert.All(texts, text =>
        {
            var written = JsonNode.Parse(WrittenAgain(text))!.AsObject();
            foreach (var (key, value) in JsonNode.Parse(text)!.AsObject()) Assert.True(JsonNode.DeepEquals(value, written[key]), $"{key} of {text} became {written}");
        });
    }

    [Fact]
    [Statement("node 114")]
    public void Texts_ThatMeanNothing_AreIgnored()
    {
        Assert.False(PeerMessage.TryRead("not json"u8, 10, out _));
        Assert.True(PeerMessage.TryRead("{\"type\":\"other\"}"u8, 10, out var other));
        Assert.Equal((PeerMessageKind.Unknown, null), (other.Kind, other.Announcement));
        Assert.Contains("not json", ScriptedTexts);
        Assert.Contains("{\"type\":\"other\"}", ScriptedTexts);
    }

    [Fact]
    [Statement("node 114")]
    public void Binaries_OfOriginalNodes_AreReadAndWrittenByteForByte()
    {
        var (data, controls) = (0, 0);
        foreach (var (_, line) in Frames("binary"))
        {
            var message = Convert.FromHexString((string?)line["payload_hex"] ?? (string?)line["payload_head_hex"] ?? "");
            if ((string?)line["decoded"]?["what"] is "unknown" or null)
            {
                Assert.False(PeerFrame.TryReadData(message, out _, out _) || PeerFrame.TryReadControl(message, out _));
                continue;
            }

            if (PeerFrame.TryReadData(message, out var tunnel, out var payload))
            {
                data++;
                Assert.Equal((string?)line["decoded"]!["client_id"], tunnel.ToString());
                if (line["payload_hex"] is not null) Assert.Equal((int?)line["decoded"]!["data_len"], payload.Length);
                continue;
            }

            controls++;
            Assert.True(PeerFrame.TryReadControl(message, out var control));
            Assert.Equal((string?)line["decoded"]!["client_id"], control.StreamId.ToString());
            Assert.Equal((long?)line["decoded"]!["credits"] ?? 0, control.Credits);
            var written = new byte[64];
            Assert.True(PeerFrame.TryWriteControl(control, extended: true, written, out var length));
            Assert.Equal(message, written[..length]);
        }

        Assert.True(data > 200 && controls > 100, $"{data} data and {controls} other messages");
    }

    private static byte[] WrittenAgain(string text)
    {
        Assert.True(PeerMessage.TryRead(Encoding.UTF8.GetBytes(text), PeerMessage.DefaultMaxNames, out var message), text);
        if (message.Announcement is { } announcement) return AnnouncementBytes.Of(AnnouncementText.Full(announcement.Version, announcement.Names, announcement.Node));
        var written = new byte[1_024];
        Assert.True(TunnelRequest.TryWrite(message.Request, extended: true, written, out var length));
        Assert.Equal(ControlEvent.Connect, message.Request.Event);
        return written[..length];
    }

    private static bool IsScripted((string Recording, JsonNode Line) frame) => frame.Recording == Scripted && (string?)frame.Line["direction"] == "client_to_server";

    private static string TextOf(JsonNode line) => Encoding.UTF8.GetString(Convert.FromHexString((string?)line["payload_hex"] ?? ""));
}
