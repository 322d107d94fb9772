using System.Buffers.Binary;
using System.Text;

namespace Nexus.Edge.Tests.Peeking;

/// <summary>ClientHellos made to measure.</summary>
internal static class Hellos
{
    private const int MaxRecord = 16_384;

    public static byte[] For(string name, int padding = 0)
    {
        var extensions = new List<byte>();
        if (padding > 0)
        {
            Add16(extensions, 21); // RFC 7685, in front of the name
            Add16(extensions, padding);
            extensions.AddRange(new byte[padding]);
        }
        AddName(extensions, Encoding.ASCII.GetBytes(name));
        return Of(extensions);
    }

    public static byte[] WithoutName() => Of([0, 23, 0, 0]); // extended_master_secret

    private static void AddName(List<byte> extensions, byte[] host)
    {
        Add16(extensions, 0);
        Add16(extensions, host.Length + 5);
        Add16(extensions, host.Length + 3);
        extensions.Add(0);
        Add16(extensions, host.Length);
        extensions.AddRange(host);
    }

    private static byte[] Of(List<byte> extensions)
    {

        var body = new List<byte> { 3, 3 };
        body.AddRange(new byte[32]);
        body.Add(0);
        body.AddRange([0, 2, 0x13, 0x01, 1, 0]);
        Add16(body, extensions.Count);
        body.AddRange(extensions);
        return Records([1, 0, (byte)(body.Count >> 8), (byte)body.Count, .. body]);
    }

    /// <summary>A sound hello for app.example.test that takes exactly this many bytes with its record headers.</summary>
    public static byte[] OfSize(int size)
    {
        var without = For("app.example.test", 1).Length - 1;
        var padding = size - without;
        var hello = For("app.example.test", padding);
        hello = For("app.example.test", padding - (hello.Length - size)); // more records, more headers
        return hello.Length == size ? hello : throw new ArgumentOutOfRangeException(nameof(size), hello.Length, "No hello has this size.");
    }

    private static byte[] Records(byte[] message)
    {
        var records = new List<byte>();
        foreach (var fragment in message.Chunk(MaxRecord))
        {
            records.AddRange([22, 3, 1]);
            Add16(records, fragment.Length);
            records.AddRange(fragment);
        }
        return [.. records];
    }

    private static void Add16(List<byte> bytes, int value)
    {
        Span<byte> two = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(two, (ushort)value);
        bytes.AddRange(two);
    }
}
