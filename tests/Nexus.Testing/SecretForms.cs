using System.Text;
using System.Text.Json;

namespace Nexus.Testing;

/// <summary>How a secret may look where it should not be: as it is, and by the encodings that programs use without thinking.</summary>
public static class SecretForms
{
    /// <summary>A shorter piece could be anything.</summary>
    public const int Piece = 16;

    /// <summary>Of a text.</summary>
    public static IEnumerable<string> Of(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (secret.Length < Piece) throw new ArgumentException("A secret to be looked for must have at least 16 characters.", nameof(secret));
        return Of(Encoding.UTF8.GetBytes(secret)).Concat(Pieces(secret)).Concat(Pieces(Uri.EscapeDataString(secret))).Concat(Pieces(JsonEncodedText.Encode(secret).ToString())).Distinct(StringComparer.Ordinal);
    }

    /// <summary>Of a key's bytes.</summary>
    public static IEnumerable<string> Of(byte[] secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        foreach (var piece in Pieces(Convert.ToHexString(secret))) yield return piece; // upper and lower case are the same to who looks
        // Within something longer, base64 depends on where the secret begins: at a multiple of three, or one or two bytes later.
        for (var before = 0; before < 3; before++)
        {
            var text = Convert.ToBase64String([.. new byte[before], .. secret]);
            // What the bytes around it have a part in is cut off.
            var inner = text[((before * 8 / 6) + (before > 0 ? 1 : 0))..((before + secret.Length) * 8 / 6)];
            foreach (var piece in Pieces(inner)) yield return piece;
            foreach (var piece in Pieces(inner.Replace('+', '-').Replace('/', '_'))) yield return piece;
        }
    }

    /// <summary>The first and the last characters: what was cut off somewhere is found as well.</summary>
    private static string[] Pieces(string form) => form.Length <= Piece ? [form] : [form[..Piece], form[^Piece..]];
}
