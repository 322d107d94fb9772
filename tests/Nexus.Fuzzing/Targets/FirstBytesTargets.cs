using System.Buffers.Binary;
using System.Text;
using Nexus.Edge.Peeking;

namespace Nexus.Fuzzing.Targets;

/// <summary>The first bytes of a user: ClientHello and HTTP head.</summary>
internal static class FirstBytesTargets
{
    private static readonly string[] s_names = ["app.example.test", "a", "*.example.test", "tcp:53", "127.0.0.1", "[::1]", "b\u00FCcher.example", "x..y", "", "name.", "a b", new('a', 300)];
    private static readonly string[] s_ends = ["\r\n", "\n", "\r", "\r\r\n", ""];

    public static FuzzTarget ClientHello { get; } = new("ClientHello", Corpus.FirstBytes("tls"), MakeHello, Parse);

    public static FuzzTarget HttpHead { get; } = new("HTTP head", Corpus.FirstBytes("http"), MakeHead, Parse);

    // What was decided on a part is decided on the whole, and pieces make no difference.
    private static void Parse(byte[] input)
    {
        var whole = new FirstBytesParser().Parse(input);
        var resumed = new FirstBytesParser();
        foreach (var length in (ReadOnlySpan<int>)[input.Length / 3, input.Length / 2, input.Length])
        {
            var part = resumed.Parse(input.AsSpan(0, length));
            Corpus.Check(length < input.Length || part == whole, $"in pieces {part}, at once {whole}");
            if (part.Status == PeekStatus.NeedMore) continue;
            Corpus.Check(part == whole, $"{part} after {length} bytes, {whole} in the end");
            return;
        }
    }

    private static byte[] MakeHello(Random random)
    {
        var extensions = new List<byte>();
        for (var count = random.Next(6); count >= 0; count--) extensions.AddRange(MakeExtension(random));
        byte[] body = [3, 3, .. new byte[32], 0, 0, 2, 0x13, 0x01, 1, 0, .. Length16(random, extensions.Count), .. extensions];
        byte[] message = [1, 0, .. Length16(random, body.Length), .. body];
        var records = new List<byte>();
        for (var at = 0; at < message.Length;)
        {
            var piece = Math.Min(message.Length - at, random.Next(1, 600));
            records.AddRange([22, 3, 1, .. Length16(random, piece), .. message.AsSpan(at, piece)]);
            at += piece;
        }

        return [.. records];
    }

    private static byte[] MakeExtension(Random random)
    {
        if (random.Next(2) == 0)
        {
            var other = new byte[random.Next(40)];
            random.NextBytes(other);
            return [.. Length16(random, random.Next(60)), .. Length16(random, other.Length), .. other];
        }

        var name = Encoding.UTF8.GetBytes(s_names[random.Next(s_names.Length)]);
        byte[] entry = [(byte)(random.Next(8) == 0 ? 1 : 0), .. Length16(random, name.Length), .. name];
        byte[] list = [.. Length16(random, entry.Length), .. entry];
        return [0, 0, .. Length16(random, list.Length), .. list];
    }

    // Now and then a length that lies.
    private static byte[] Length16(Random random, int length)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(random.Next(25) == 0 ? random.Next(65_536) : length));
        return bytes;
    }

    private static byte[] MakeHead(Random random)
    {
        var name = s_names[random.Next(s_names.Length)];
        string[] methods = ["GET", "get", "POST", "CONNECT", "PRI", "M-SEARCH", "G\u00C9T", "", new('A', 500)];
        string[] targets = ["/", "*", $"http://{name}/x", $"{name}:443", "/\u0000", "//", new('x', 3_000)];
        string[] versions = ["HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9", "http/1.1", "HTTP/1.1 "];
        var end = s_ends[random.Next(8) == 0 ? random.Next(s_ends.Length) : 0];
        var head = new StringBuilder($"{Pick(random, methods)} {Pick(random, targets)} {Pick(random, versions)}{end}");
        for (var count = random.Next(6); count > 0; count--)
        {
            head.Append(Pick(random, [$"Host: {name}", $"host:{name}:80", $"Host : {name}", " folded", $"Host: {name}, other", "X: y", ":", $"X-{new string('l', 2_000)}: z", "Content-Length: 5", "Host:"])).Append(end);
        }

        return Encoding.UTF8.GetBytes(head.Append(random.Next(5) == 0 ? "" : end).ToString());
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
