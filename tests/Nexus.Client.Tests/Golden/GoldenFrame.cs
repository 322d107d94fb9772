using System.Text.Json;

namespace Nexus.Client.Tests.Golden;

/// <summary>One recorded message of a session.</summary>
internal sealed record GoldenFrame(bool FromHub, string Type, string What, Guid StreamId, byte[] Payload, string JsonText)
{
    public bool IsData => What == "data";

    public string? Event => Find("event");

    public string? Reason => Find("reason");

    /// <summary>Messages of the first connection, in their order. Bytes that were not recorded are zeros.</summary>
    public static IReadOnlyList<GoldenFrame> Read(string file) =>
        [.. File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("kind").GetString() == "frame" && line.GetProperty("conn").GetInt32() == 1)
            .Select(ReadOne)];

    private static GoldenFrame ReadOne(JsonElement line)
    {
        var fromHub = line.GetProperty("direction").GetString() == "server_to_client";
        var type = line.GetProperty("type").GetString() ?? "";
        if (!line.TryGetProperty("decoded", out var decoded)) return new(fromHub, type, "", Guid.Empty, [], "");
        var what = decoded.GetProperty("what").GetString() ?? "";
        var json = decoded.TryGetProperty("json_text", out var text) ? text.GetString() ?? "" : "";
        var hex = line.TryGetProperty("payload_hex", out var payload) ? Convert.FromHexString(payload.GetString() ?? "") : [];
        if (what != "data") return new(fromHub, type, what, what == "control" ? IdOf(json) : Guid.Empty, hex, json);
        var data = new byte[decoded.TryGetProperty("data_len", out var length) ? length.GetInt32() : 0];
        if (hex.Length == data.Length + 17) hex.AsSpan(17).CopyTo(data);
        return new(fromHub, type, what, Guid.Parse(decoded.GetProperty("client_id").GetString() ?? ""), data, "");
    }

    private static Guid IdOf(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("client_id", out var id) ? Guid.Parse(id.GetString() ?? "") : Guid.Empty;
    }

    private string? Find(string name)
    {
        if (What != "control") return null;
        using var document = JsonDocument.Parse(JsonText);
        return document.RootElement.TryGetProperty(name, out var value) ? value.ToString() : null;
    }
}
