using System.Text;

namespace Nexus.Protocol.Tests;

/// <summary>Seeded inputs for the parsers.</summary>
internal static class Fuzz
{
    public const int Inputs = 20_000;

    private const string Alphabet = "aZ09.-_*:。．ßüΣ１ \u200B\u200D\uD83D\uDE00\uD800\uDC00\0\u0085\u202Exn";

    public static string Text(Random random, int maxLength)
    {
        var text = new StringBuilder();
        for (var left = random.Next(maxLength); left > 0; left--)
        {
            text.Append(random.Next(20) == 0 ? (char)random.Next(char.MaxValue) : Alphabet[random.Next(Alphabet.Length)]);
        }

        return text.ToString();
    }

    public static byte[] Bytes(Random random, int maxLength)
    {
        var bytes = new byte[random.Next(maxLength)];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A copy with 1 to 4 bytes changed, removed, doubled, or its end cut off.</summary>
    public static byte[] Mutate(Random random, ReadOnlySpan<byte> seed)
    {
        var bytes = new List<byte>(seed.ToArray());
        for (var edits = random.Next(1, 5); edits > 0 && bytes.Count > 0; edits--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveAt(at); break;
                case 3: bytes.Insert(at, bytes[random.Next(bytes.Count)]); break;
                case 4: bytes[at] = (byte)"{}[]\",:\\u0truefalsenull-1e."[random.Next(27)]; break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }

        return [.. bytes];
    }
}
