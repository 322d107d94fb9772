using System.Globalization;
using System.Text.Json;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Golden;

/// <summary>One connection of a recording with a scripted client.</summary>
/// <param name="Name">What the case is about.</param>
/// <param name="At">When its first frame was sent.</param>
/// <param name="Frames">What the client sent.</param>
/// <param name="IsAccepted">Whether the original left the connection open.</param>
internal sealed record RecordedCase(string Name, DateTimeOffset At, IReadOnlyList<RecordedFrame> Frames, bool IsAccepted)
{
    /// <summary>All connections of which every byte was recorded.</summary>
    public static IReadOnlyList<RecordedCase> ReadAll(string file)
    {
        var lines = File.ReadLines(RepositoryRoot.PathOf("tests", "data", "golden", file)).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        var start = DateTimeOffset.Parse(lines[0].GetProperty("recorded_utc").GetString() ?? "", CultureInfo.InvariantCulture);
        return [.. lines.Skip(1).Where(line => line.TryGetProperty("conn", out _))
            .GroupBy(line => line.GetProperty("conn").GetInt32())
            .Where(connection => connection.All(IsComplete))
            .Select(connection => Parse(start, [.. connection]))];
    }

    private static RecordedCase Parse(DateTimeOffset start, IReadOnlyList<JsonElement> lines)
    {
        var actions = lines.Where(line => Is(line, "kind", "action")).ToList();
        var frames = new List<RecordedFrame>();
        string? challenge = null;
        foreach (var frame in lines.Where(line => Is(line, "kind", "frame")))
        {
            if (Is(frame, "direction", "client_to_server"))
            {
                frames.Add(RecordedFrame.Parse(frame, challenge));
                challenge = null;
            }
            else if (frame.TryGetProperty("decoded", out var decoded) && decoded.TryGetProperty("json", out var json))
            {
                challenge = json.GetProperty("nonce").GetString();
            }
        }

        return new(
            actions[0].GetProperty("what").GetString()?.Replace("case: ", "", StringComparison.Ordinal) ?? "",
            start.AddMilliseconds(actions[0].GetProperty("offset_ms").GetDouble()),
            frames,
            actions[^1].GetProperty("accepted").GetBoolean());
    }

    private static bool IsComplete(JsonElement line) => !Is(line, "kind", "frame") || line.TryGetProperty("payload_hex", out _);

    private static bool Is(JsonElement line, string name, string value) => line.TryGetProperty(name, out var property) && property.GetString() == value;
}
