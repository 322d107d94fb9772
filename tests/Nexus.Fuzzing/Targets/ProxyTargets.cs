using System.Buffers.Binary;
using System.Net;
using System.Text;
using Nexus.Protocol.ProxyProtocol;

namespace Nexus.Fuzzing.Targets;

/// <summary>What a load balancer says about a user.</summary>
internal static class ProxyTargets
{
    public static FuzzTarget Header { get; } = new("PROXY header", [Encoding.ASCII.GetBytes("PROXY TCP4 192.0.2.1 198.51.100.2 40000 443\r\nrest"), Encoding.ASCII.GetBytes("PROXY UNKNOWN\r\n"), Binary(), Binary6()], Make, Parse);

    // What was decided on a part is decided on the whole, and every extension lies inside the header.
    private static void Parse(byte[] input)
    {
        var status = ProxyHeaderReader.Read(input, out var header);
        for (var length = 0; length < Math.Min(input.Length, 40); length++)
        {
            var part = ProxyHeaderReader.Read(input.AsSpan(0, length), out _);
            Corpus.Check(part == ProxyHeaderStatus.NeedMore || part == status, $"{part} after {length} bytes, {status} in the end");
        }

        if (status != ProxyHeaderStatus.Found) return;
        Corpus.Check(header.Length <= Math.Min(input.Length, ProxyHeader.DefaultMaxLength), $"a header of {header.Length} bytes");
        var total = 0;
        var reader = new ProxyTlvReader(header.Extensions);
        while (reader.TryRead(out _, out var value)) total += value.Length;
        Corpus.Check(reader.IsAtEnd && total <= header.Length, "an extension beyond the header");
        Span<byte> written = stackalloc byte[ProxyHeader.MaxLengthV1];
        if (header.Version != 1 || !ProxyHeaderWriter.TryWriteV1(written, header.Addresses, out var size)) return;
        Corpus.Check(ProxyHeaderReader.Read(written[..size], out var again) == ProxyHeaderStatus.Found && again.Addresses == header.Addresses, "the addresses came back otherwise");
    }

    private static byte[] Make(Random random) => random.Next(2) == 0 ? MakeLine(random) : MakeBinary(random);

    private static byte[] MakeLine(Random random)
    {
        string[] pieces = ["PROXY", "TCP4", "TCP6", "UNKNOWN", "UDP4", "192.0.2.1", "::1", "::ffff:1.2.3.4", "1.2.3", "256.1.1.1", "01.2.3.4", "0", "80", "65535", "65536", "-1", "", new('9', 50), "2001:db8::1%eth0"];
        var line = string.Join(random.Next(20) == 0 ? "  " : " ", Enumerable.Range(0, random.Next(2, 8)).Select(index => index == 0 ? "PROXY" : pieces[random.Next(pieces.Length)]));
        return Encoding.ASCII.GetBytes(line + (random.Next(4) == 0 ? "\n" : "\r\n") + "GET /");
    }

    private static byte[] MakeBinary(Random random)
    {
        var rest = new byte[random.Next(80)];
        random.NextBytes(rest);
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(random.Next(6) == 0 ? random.Next(70_000) : rest.Length));
        return [.. "\r\n\r\n\0\r\nQUIT\n"u8, (byte)(random.Next(6) == 0 ? random.Next(256) : 0x21), (byte)(random.Next(3) == 0 ? random.Next(256) : 0x11), .. length, .. rest];
    }

    private static byte[] Binary()
    {
        var bytes = new byte[200];
        var tlvs = new ProxyTlvs { Alpn = "h2"u8, Authority = "app.example.test"u8, UniqueId = "id"u8, WithChecksum = true };
        ProxyHeaderWriter.TryWriteV2(bytes, ProxyCommand.Proxy, ProxyAddresses.Tcp(new(IPAddress.Parse("192.0.2.1"), 40_000), new(IPAddress.Loopback, 443)), tlvs, out var written);
        return bytes[..written];
    }

    private static byte[] Binary6()
    {
        var bytes = new byte[200];
        ProxyHeaderWriter.TryWriteV2(bytes, ProxyCommand.Proxy, ProxyAddresses.Udp(new(IPAddress.IPv6Loopback, 1), new(IPAddress.IPv6Loopback, 2)), default, out var written);
        return bytes[..written];
    }
}
