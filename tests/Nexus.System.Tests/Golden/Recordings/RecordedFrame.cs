using System.Text.Json.Nodes;
using Nexus.SystemTests.Golden.Wire;

namespace Nexus.SystemTests.Golden.Recordings;

/// <summary>One recorded message.</summary>
/// <param name="Message">Its bytes. Of long payloads only the head was kept; the rest is made up here, the length is the recorded one.</param>
/// <param name="What">The recorder's word for what it is, "" for pings and pongs.</param>
/// <param name="Control">The JSON of a control message or challenge.</param>
/// <param name="Token">The token, when it is one.</param>
/// <param name="Stream">Whose message it is, when it belongs to a stream.</param>
/// <param name="IsMasked">As the direction demands, or wrongly not.</param>
internal sealed record RecordedFrame(WireMessage Message, string What, JsonObject? Control, RecordedToken? Token, Guid? Stream, bool IsMasked)
{
    public const int HeaderSize = 17;

    /// <summary>Longer tokens are not in the file.</summary>
    public const int LongestStored = 32_768;

    public bool IsData => What == "data";

    public string Event => What == "control" ? (string?)Control?["event"] ?? "" : "";

    public long Credits => (long?)Control?["credits"] ?? 0;

    /// <summary>The bytes of a data message.</summary>
    public ReadOnlyMemory<byte> Data => Message.Payload.AsMemory(HeaderSize);

    public static RecordedFrame Read(JsonNode line)
    {
        var decoded = line["decoded"];
        var what = (string?)decoded?["what"] ?? "";
        var id = (string?)decoded?["client_id_hex"];
        return new(
            new WireMessage(ReadKind((string?)line["type"]), ReadPayload(line), [.. (line["fragments"] as JsonArray ?? []).Select(size => (int?)size ?? 0)]),
            what,
            decoded?["json"] as JsonObject,
            what == "jwt" ? RecordedToken.Read(decoded?["jwt"] ?? new JsonObject()) : null,
            id is { Length: 32 } ? Guid.ParseExact(id, "N") : null,
            (bool?)line["masked"] ?? (string?)line["direction"] == "client_to_server");
    }

    public override string ToString() => $"{Message.Kind} {What} {Control?.ToJsonString()} {(IsData ? $"{Stream} {Data.Length} bytes" : "")}";

    private static WireKind ReadKind(string? type) => type switch
    {
        "text" => WireKind.Text,
        "ping" => WireKind.Ping,
        "pong" => WireKind.Pong,
        "close" => WireKind.Close,
        _ => WireKind.Binary,
    };

    private static byte[] ReadPayload(JsonNode line)
    {
        if ((string?)line["payload_hex"] is { } whole) return Convert.FromHexString(whole);
        var head = Convert.FromHexString((string?)line["payload_head_hex"] ?? "");
        var payload = new byte[(int?)line["len"] ?? 0];
        Filler.Fill(payload, (uint)payload.Length + (uint)((double?)line["offset_ms"] ?? 0));
        head.CopyTo(payload, 0);
        return payload;
    }
}
