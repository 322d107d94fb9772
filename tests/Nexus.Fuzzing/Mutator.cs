using System.Buffers.Binary;

namespace Nexus.Fuzzing;

/// <summary>Changes real inputs a little: flipped bits, wrong lengths, cuts, repeats, pieces of another input.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> seeds)
{
    private const int MaxRepeats = 64;
    private static readonly byte[] s_telling = [0, 1, 9, 10, 13, 32, 34, 46, 47, 58, 64, 92, 127, 128, 254, 255];
    private static readonly ushort[] s_lengths = [0, 1, 125, 126, 127, 255, 256, 16_384, 16_385, 32_767, 32_768, 32_785, 65_535];

    /// <summary>A seed with one to five changes.</summary>
    public byte[] Next() => Mutate(seeds[random.Next(seeds.Count)]);

    /// <summary>The input with one to five changes; the given array is left alone.</summary>
    public byte[] Mutate(byte[] input)
    {
        for (var changes = random.Next(1, 6); changes > 0; changes--) input = Change(input);
        return input;
    }

    private byte[] Change(byte[] input)
    {
        if (input.Length == 0) return [(byte)random.Next(256)];
        return random.Next(9) switch
        {
            0 => Edit(input, copy => copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8))),
            1 => Edit(input, copy => copy[random.Next(copy.Length)] = (byte)random.Next(256)),
            2 => Edit(input, copy => copy[random.Next(copy.Length)] = s_telling[random.Next(s_telling.Length)]),
            3 => Edit(input, WriteLength),
            4 => input[..random.Next(input.Length)],
            5 => Remove(input),
            6 => Repeat(input),
            7 => Splice(input),
            _ => Insert(input),
        };
    }

    private static byte[] Edit(byte[] input, Action<byte[]> change)
    {
        var copy = input.ToArray();
        change(copy);
        return copy;
    }

    private void WriteLength(byte[] copy)
    {
        if (copy.Length < 2) return;
        BinaryPrimitives.WriteUInt16BigEndian(copy.AsSpan(random.Next(copy.Length - 1)), s_lengths[random.Next(s_lengths.Length)]);
    }

    private byte[] Remove(byte[] input)
    {
        var (start, length) = Piece(input);
        return [.. input.AsSpan(0, start), .. input.AsSpan(start + length)];
    }

    private byte[] Repeat(byte[] input)
    {
        var (start, length) = Piece(input);
        var piece = input.AsSpan(start, length).ToArray();
        return [.. input.AsSpan(0, start), .. Enumerable.Repeat(piece, random.Next(1, MaxRepeats)).SelectMany(bytes => bytes), .. input.AsSpan(start + length)];
    }

    private byte[] Splice(byte[] input)
    {
        var other = seeds[random.Next(seeds.Count)];
        return [.. input.AsSpan(0, random.Next(input.Length + 1)), .. other.AsSpan(random.Next(other.Length + 1))];
    }

    private byte[] Insert(byte[] input)
    {
        var at = random.Next(input.Length + 1);
        var inserted = new byte[random.Next(1, 9)];
        random.NextBytes(inserted);
        return [.. input.AsSpan(0, at), .. inserted, .. input.AsSpan(at)];
    }

    private (int Start, int Length) Piece(byte[] input)
    {
        var start = random.Next(input.Length);
        return (start, random.Next(1, Math.Min(input.Length - start, 256) + 1));
    }
}
