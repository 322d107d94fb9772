using System.Globalization;
using System.Text;

namespace Nexus.Protocol.WebSockets;

/// <summary>The dialling side's opening handshake over a connected stream (RFC 6455 §4.1): no subprotocol, no extension, no Origin.</summary>
public static class WebSocketClientHandshake
{
    private const int MaxResponseHead = 16 * 1024;

    /// <summary>Upgrades <paramref name="stream"/> and returns the bytes that the server sent behind its answer (usually none).</summary>
    /// <param name="stream">The connection, after TLS where there is TLS.</param>
    /// <param name="host">The Host header: name, and port when it is not the scheme's own.</param>
    /// <param name="pathAndQuery">The request target, starting with '/'.</param>
    /// <param name="cancellationToken">Bounds the handshake.</param>
    /// <exception cref="WebSocketUpgradeException">The answer is not a valid 101.</exception>
    /// <exception cref="IOException">The transport failed.</exception>
    /// <exception cref="ArgumentException"><paramref name="host"/> or <paramref name="pathAndQuery"/> holds a control character or a space.</exception>
    public static async ValueTask<byte[]> UpgradeAsync(Stream stream, string host, string pathAndQuery, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ThrowIfUnsafe(host, nameof(host));
        ThrowIfUnsafe(pathAndQuery, nameof(pathAndQuery));
        var key = WebSocketHandshake.CreateKey();
        var request = $"GET {pathAndQuery} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
            $"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);

        var (head, behind) = await ReadHeadAsync(stream, cancellationToken).ConfigureAwait(false);
        Check(head, WebSocketHandshake.ComputeAccept(key));
        return behind;
    }

    private static async ValueTask<(string Head, byte[] Behind)> ReadHeadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxResponseHead];
        var count = 0;
        while (true)
        {
            if (count == buffer.Length) throw new WebSocketUpgradeException($"The answer's head is longer than {MaxResponseHead} bytes.");
            var read = await stream.ReadAsync(buffer.AsMemory(count), cancellationToken).ConfigureAwait(false);
            if (read == 0) throw new WebSocketUpgradeException("The server closed the connection instead of answering the upgrade.");
            var searchFrom = Math.Max(0, count - 3);
            count += read;
            var end = buffer.AsSpan(searchFrom, count - searchFrom).IndexOf("\r\n\r\n"u8);
            if (end < 0) continue;
            end += searchFrom;
            return (Encoding.Latin1.GetString(buffer, 0, end), buffer[(end + 4)..count]);
        }
    }

    private static void Check(string head, string expectedAccept)
    {
        var lines = head.Split("\r\n");
        var status = lines[0].Split(' ', 3);
        if (status.Length < 2 || !status[0].StartsWith("HTTP/1.", StringComparison.Ordinal)
            || !int.TryParse(status[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code) || code is < 100 or > 999)
        {
            throw new WebSocketUpgradeException("The server did not answer with HTTP/1.1.");
        }

        if (code != 101) throw new WebSocketUpgradeException($"The server refused the upgrade with HTTP status {code}.", code);
        if (!HasValue(lines, "Upgrade", "websocket", StringComparison.OrdinalIgnoreCase)
            || !HasValue(lines, "Connection", "upgrade", StringComparison.OrdinalIgnoreCase)
            || !HasValue(lines, "Sec-WebSocket-Accept", expectedAccept, StringComparison.Ordinal))
        {
            throw new WebSocketUpgradeException("The server's 101 answer is not a WebSocket upgrade.", code);
        }

        if (HasHeader(lines, "Sec-WebSocket-Extensions") || HasHeader(lines, "Sec-WebSocket-Protocol"))
            throw new WebSocketUpgradeException("The server chose an extension or subprotocol that was not offered.", code);
    }

    private static bool HasHeader(string[] lines, string name) =>
        lines.Skip(1).Any(line => IsHeader(line, name));

    private static bool HasValue(string[] lines, string name, string value, StringComparison comparison) =>
        lines.Skip(1).Where(line => IsHeader(line, name))
            .SelectMany(line => line[(name.Length + 1)..].Split(','))
            .Any(token => token.Trim().Equals(value, comparison));

    private static bool IsHeader(string line, string name) =>
        line.Length > name.Length && line[name.Length] == ':' && line.StartsWith(name, StringComparison.OrdinalIgnoreCase);

    private static void ThrowIfUnsafe(string text, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(text, parameter);
        if (text.Any(c => c is <= ' ' or > '~')) throw new ArgumentException("Only visible ASCII characters are allowed.", parameter);
    }
}
