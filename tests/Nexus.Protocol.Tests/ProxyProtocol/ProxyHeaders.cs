using System.Buffers.Binary;
using System.Net;
using System.Text;
using Nexus.Protocol.ProxyProtocol;

namespace Nexus.Protocol.Tests.ProxyProtocol;

/// <summary>Headers written down by hand.</summary>
internal static class ProxyHeaders
{
    public const string Signature = "0D0A0D0A000D0A515549540A";

    public static IPEndPoint User { get; } = IPEndPoint.Parse("192.0.2.1:5000");

    public static IPEndPoint Service { get; } = IPEndPoint.Parse("198.51.100.7:443");

    public static IPEndPoint User6 { get; } = IPEndPoint.Parse("[2001:db8::1]:5000");

    public static IPEndPoint Service6 { get; } = IPEndPoint.Parse("[2001:db8::7]:443");

    /// <summary>A version 2 header; the length field tells the truth.</summary>
    public static byte[] V2(string versionAndFamily, string block)
    {
        var header = Convert.FromHexString(Signature + versionAndFamily + "0000" + block);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)(header.Length - 16));
        return header;
    }

    public static byte[] Line(string line) => Encoding.Latin1.GetBytes(line + "\r\n");

    /// <summary>Valid headers of every kind, as seeds.</summary>
    public static IReadOnlyList<byte[]> All { get; } =
    [
        Line("PROXY TCP4 192.0.2.1 198.51.100.7 5000 443"),
        Line("PROXY TCP6 2001:db8::1 ::ffff:198.51.100.7 5000 443"),
        Line("PROXY UNKNOWN"),
        Written(ProxyAddresses.Tcp(User, Service)),
        Written(ProxyAddresses.Udp(User6, Service6)),
        Written(ProxyAddresses.Unspecified),
        V2("2000", ""),
        V2("2111", "C0000201C6336407138801BB" + "20000D" + "0100000000" + "210005" + "544C537631"),
        V2("2131", new string('0', 432)),
    ];

    public static byte[] Written(in ProxyAddresses addresses)
    {
        var tlvs = new ProxyTlvs { Alpn = "h2"u8, Authority = "app.test"u8, UniqueId = [1, 2, 3, 4], WithChecksum = true };
        var header = new byte[ProxyHeader.DefaultMaxLength];
        Assert.True(ProxyHeaderWriter.TryWriteV2(header, ProxyCommand.Proxy, addresses, tlvs, out var written));
        Assert.Equal(ProxyHeaderWriter.SizeV2(addresses, tlvs), written);
        return header[..written];
    }
}
