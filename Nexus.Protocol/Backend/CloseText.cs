using System.Text;

namespace Nexus.Protocol.Backend;

/// <summary>Cuts the reason of a WebSocket close frame to what fits: a longer one would keep the whole frame from being sent.</summary>
public static class CloseText
{
    /// <summary>Most UTF-8 bytes of a reason: 125 bytes of a control frame less 2 for the code (RFC 6455 §5.5).</summary>
    public const int MaxBytes = 123;

    /// <summary>The longest beginning of the text that takes at most <see cref="MaxBytes"/> in UTF-8; no character is split.</summary>
    public static string Truncate(string text) => Truncate(text, MaxBytes);

    internal static string Truncate(string text, int maxBytes)
    {
        if (Encoding.UTF8.GetMaxByteCount(text.Length) <= maxBytes || Encoding.UTF8.GetByteCount(text) <= maxBytes) return text;
        var bytes = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes()) // a lone surrogate counts as U+FFFD, 3 bytes, as the encoder writes it
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > maxBytes) break;
            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }
}
