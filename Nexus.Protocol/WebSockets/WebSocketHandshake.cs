using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Nexus.Protocol.WebSockets;

/// <summary>The parts of the opening handshake that both sides share (RFC 6455 §4).</summary>
public static class WebSocketHandshake
{
    private const string AcceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private const int KeySize = 16;

    /// <summary>A fresh <c>Sec-WebSocket-Key</c>: 16 random bytes in base64 (RFC 6455 §4.1).</summary>
    public static string CreateKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeySize));

    /// <summary>Whether <paramref name="key"/> is the base64 text of 16 bytes.</summary>
    public static bool IsValidKey(string? key) => key is { Length: 24 } && Base64.IsValid(key, out var size) && size == KeySize;

    /// <summary>The <c>Sec-WebSocket-Accept</c> that answers <paramref name="key"/> (RFC 6455 §4.2.2).</summary>
    public static string ComputeAccept(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
#pragma warning disable CA5350 // RFC 6455 §4.2.2 prescribes SHA-1; nothing is secured by it.
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptGuid)));
#pragma warning restore CA5350
    }
}
