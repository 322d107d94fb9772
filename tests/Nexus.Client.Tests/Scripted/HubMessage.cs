using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Nexus.Client.Tests.Scripted;

/// <summary>One message of the client, as the test's hub understood it with its own means.</summary>
/// <param name="Type">Text, binary, or close.</param>
/// <param name="Bytes">The whole message.</param>
internal sealed record HubMessage(WebSocketMessageType Type, byte[] Bytes)
{
    public bool IsData => Type == WebSocketMessageType.Binary && Bytes is [1, ..];

    public string Text => System.Text.Encoding.UTF8.GetString(Bytes);

    /// <summary>The JSON of a control message; null for everything else.</summary>
    public JsonObject? Control { get; } = Type == WebSocketMessageType.Binary && Bytes is [2, .. var json] ? JsonNode.Parse(json)?.AsObject() : null;

    public string? Event => (string?)Control?["event"];

    public string? Reason => (string?)Control?["reason"];

    public long Credits => (long?)Control?["credits"] ?? 0;

    public Guid StreamId => IsData ? new Guid(Bytes.AsSpan(1, 16), bigEndian: true) : Guid.Parse((string?)Control?["client_id"] ?? "");

    public ReadOnlySpan<byte> Payload => Bytes.AsSpan(17);

    public override string ToString() => IsData ? $"data {StreamId} {Payload.Length} bytes" : $"{Type} {System.Text.Encoding.UTF8.GetString(Bytes)}";
}
