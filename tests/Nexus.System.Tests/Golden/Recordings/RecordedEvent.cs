using System.Text.Json.Nodes;

namespace Nexus.SystemTests.Golden.Recordings;

/// <summary>One line of a recording.</summary>
/// <param name="Kind">As in the file: <c>frame</c>, <c>action</c>, <c>conn_open</c> and so on.</param>
/// <param name="Offset">Since the scenario began.</param>
/// <param name="Connection">1, 2, ...; 0 for what belongs to none.</param>
/// <param name="IsFromClient">Whether the dialling side sent it.</param>
/// <param name="Frame">The message, when it is one.</param>
/// <param name="Line">The whole line.</param>
internal sealed record RecordedEvent(string Kind, TimeSpan Offset, int Connection, bool IsFromClient, RecordedFrame? Frame, JsonNode Line)
{
    public static RecordedEvent Read(JsonNode line)
    {
        var kind = (string?)line["kind"] ?? "";
        return new(
            kind,
            TimeSpan.FromMilliseconds((double?)line["offset_ms"] ?? 0),
            (int?)line["conn"] ?? 0,
            (string?)line["direction"] == "client_to_server",
            kind == "frame" ? RecordedFrame.Read(line) : null,
            line);
    }

    /// <summary>What an action says.</summary>
    public string What => (string?)Line["what"] ?? "";

    public string Actor => (string?)Line["actor"] ?? "";

    public override string ToString() => $"{Offset.TotalMilliseconds:0.0} ms, connection {Connection}, {(IsFromClient ? "client" : "server")}: {Kind} {Frame} {What}";
}
