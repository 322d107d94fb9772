using System.Buffers.Text;

namespace Nexus.Acme.Signing;

/// <summary>base64url without padding, RFC 4648 §5.</summary>
internal static class Base64UrlText
{
    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>Only the alphabet: what is safe in a path, a file name and a header.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')) return false;
        }

        return !text.IsEmpty;
    }
}
