using System.Text;
using Nexus.Protocol.Naming;

namespace Nexus.Protocol.Peering;

/// <summary>A name in an announcement or a tunnel request: <c>app.test</c>, <c>*.example.com</c>, <c>tcp:53</c>, <c>udp:53</c>.</summary>
public static class PeerName
{
    /// <summary>Most bytes of a valid one: the longest host name behind <c>*.</c>.</summary>
    internal const int MaxBytes = HostName.MaxLength + 2;

    /// <summary>
    /// Reads a name as it stands: nodes announce what they have normalised themselves, and doing it again could make another name of
    /// it. False for what no user could reach: capitals, characters that are not visible ASCII, empty labels, bad wildcards, ports out of range.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out RouteKey key)
    {
        key = default;
        return utf8.Length is > 0 and <= MaxBytes
            && !utf8.ContainsAnyExceptInRange((byte)'!', (byte)'~')
            && !utf8.ContainsAnyInRange((byte)'A', (byte)'Z')
            && RouteKey.TryParseWireText(Encoding.ASCII.GetString(utf8), out key);
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out RouteKey)"/>
    public static bool TryParse(string? text, out RouteKey key)
    {
        key = default;
        return text is { Length: > 0 and <= MaxBytes }
            && !text.AsSpan().ContainsAnyExceptInRange('!', '~')
            && !text.AsSpan().ContainsAnyInRange('A', 'Z')
            && RouteKey.TryParseWireText(text, out key);
    }
}
