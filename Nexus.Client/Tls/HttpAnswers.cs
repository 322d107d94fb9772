using System.Globalization;
using System.Text;

namespace Nexus.Client.Tls;

/// <summary>The few answers that this client gives itself.</summary>
internal static class HttpAnswers
{
    public static ReadOnlyMemory<byte> BadGateway { get; } = Create("502 Bad Gateway", "text/plain", "The service behind this address cannot be reached at present.\n");

    /// <summary>What an authority gets that asks for a proof (RFC 8555 §8.3).</summary>
    public static ReadOnlyMemory<byte> Proof(string keyAuthorization) => Create("200 OK", "application/octet-stream", keyAuthorization);

    private static byte[] Create(string status, string type, string body) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n{body}"));
}
