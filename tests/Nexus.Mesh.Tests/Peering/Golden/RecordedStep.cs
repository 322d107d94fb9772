using System.Text;
using System.Text.Json.Nodes;

namespace Nexus.Mesh.Tests.Peering.Golden;

/// <summary>One line of a recording between two nodes.</summary>
internal sealed class RecordedStep(JsonNode line)
{
    private const int DataHeader = 17;

    private readonly JsonNode? _decoded = line["decoded"];

    public string Kind => Text(line, "kind");

    public string Link => Text(line, "link");

    /// <summary>What an operator or a user did.</summary>
    public string Action => Kind == "action" ? Text(line, "what") : "";

    public bool IsText => Text(line, "type") == "text";

    public bool IsClose => Text(line, "type") == "close";

    public string What => _decoded is null ? "" : Text(_decoded, "what");

    public Guid Tunnel => Guid.TryParse(Text(IsText ? _decoded?["json"] : _decoded, "client_id"), out var id) ? id : default;

    public long Credits => (long?)_decoded?["credits"] ?? 0;

    public byte[] Payload => Convert.FromHexString(line["payload_hex"] is { } whole ? (string?)whole ?? "" : Text(line, "payload_head_hex"));

    /// <summary>Of the text.</summary>
    public JsonObject? Json => IsText && What == "json" ? JsonNode.Parse(Encoding.UTF8.GetString(Payload))?.AsObject() : null;

    /// <summary>The data of a tunnel; where the recording was cut, a filler of the recorded length: nobody on the way looks at it.</summary>
    public byte[] Data
    {
        get
        {
            var data = new byte[(int?)_decoded?["data_len"] ?? 0];
            Payload.AsSpan(DataHeader).CopyTo(data);
            return data;
        }
    }

    /// <summary>"a" dials in <c>a_dials_b</c>; so does the scripted node that stands for it.</summary>
    public char Sender
    {
        get
        {
            var (dialler, other) = DiallerOf(Link) == 'a' ? ('a', 'b') : ('b', 'a');
            return Text(line, "direction") == "client_to_server" ? dialler : other;
        }
    }

    public static char DiallerOf(string link) => link.StartsWith("b_", StringComparison.Ordinal) ? 'b' : 'a';

    public static IReadOnlyList<RecordedStep> Read(string recording) =>
        [.. GoldenRecordings.Read(recording).Skip(1).Where(line => Text(line, "link") != "backend_to_b").Select(line => new RecordedStep(line))];

    private static string Text(JsonNode? node, string key) => (string?)node?[key] ?? "";
}
