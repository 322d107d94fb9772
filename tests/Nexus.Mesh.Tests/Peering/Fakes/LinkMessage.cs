using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Nexus.Protocol.WebSockets;

namespace Nexus.Mesh.Tests.Peering.Fakes;

/// <summary>One message of a link, as the other node sees it.</summary>
internal sealed record LinkMessage(WebSocketReceivedKind Kind, byte[] Payload, ushort CloseCode)
{
    /// <summary>0x11 to 0x16; 0 for texts and ends.</summary>
    public byte Marker => Kind == WebSocketReceivedKind.Binary ? Payload[0] : (byte)0;

    public bool IsText => Kind == WebSocketReceivedKind.Text;

    public string Text => Encoding.UTF8.GetString(Payload);

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Payload);

    public string Type => IsText ? Json.GetProperty("type").GetString() ?? "" : "";

    /// <summary>Of the tunnel.</summary>
    public Guid Id => IsText ? Json.GetProperty("client_id").GetGuid() : new Guid(Payload.AsSpan(1, 16), bigEndian: true);

    public byte[] Data => Payload[17..];

    public long Credits => BinaryPrimitives.ReadInt64BigEndian(Payload.AsSpan(17));

    /// <summary>Whether the connection is over.</summary>
    public bool IsEnd => Kind is not (WebSocketReceivedKind.Text or WebSocketReceivedKind.Binary or WebSocketReceivedKind.Ping or WebSocketReceivedKind.Pong);

    public ulong Version => Json.GetProperty("version").GetUInt64();

    public string[] Names => Json.TryGetProperty("hostnames", out var names) ? [.. names.EnumerateArray().Select(name => name.GetString() ?? "").Order(StringComparer.Ordinal)] : [];
}
