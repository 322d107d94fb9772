using System.Text.Json;

namespace Nexus.Hub.Tests.Peers;

/// <summary>A binary message as the backend sees it.</summary>
internal sealed record PeerMessage(Guid Id, byte[] Data, string? Event, JsonElement Json)
{
    public bool IsData => Event is null;

    public long Credits => Json.TryGetProperty("credits", out var credits) ? credits.GetInt64() : 0;

    public static PeerMessage Parse(byte[] message)
    {
        if (message[0] == 1) return new(new Guid(message.AsSpan(1, 16), bigEndian: true), message[17..], null, default);
        Assert.Equal(2, message[0]);
        var json = JsonSerializer.Deserialize<JsonElement>(message.AsSpan(1));
        return new(json.GetProperty("client_id").GetGuid(), [], json.GetProperty("event").GetString(), json);
    }
}
