using System.Net;
using System.Text;
using Nexus.Protocol.ProxyProtocol;

namespace Nexus.Protocol.Tests.ProxyProtocol;

public sealed class ProxyHeaderWriterTests
{
    [Theory]
    [InlineData("192.0.2.1:5000", "198.51.100.7:443", "PROXY TCP4 192.0.2.1 198.51.100.7 5000 443\r\n")]
    [InlineData("[::ffff:192.0.2.1]:5000", "198.51.100.7:443", "PROXY TCP4 192.0.2.1 198.51.100.7 5000 443\r\n")]
    [InlineData("[2001:db8::1]:5000", "[2001:db8::7]:443", "PROXY TCP6 2001:db8:0:0:0:0:0:1 2001:db8:0:0:0:0:0:7 5000 443\r\n")]
    [InlineData("192.0.2.1:5000", "[2001:db8::7]:443", "PROXY TCP6 0:0:0:0:0:ffff:c000:201 2001:db8:0:0:0:0:0:7 5000 443\r\n")]
    public void V1_Tcp_IsTheLine(string source, string destination, string line)
    {
        var addresses = ProxyAddresses.Tcp(IPEndPoint.Parse(source), IPEndPoint.Parse(destination));
        var bytes = new byte[ProxyHeader.MaxLengthV1];
        Assert.True(ProxyHeaderWriter.TryWriteV1(bytes, addresses, out var written));
        Assert.Equal(line, Encoding.ASCII.GetString(bytes, 0, written));
        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(bytes.AsSpan(0, written), out var header));
        Assert.Equal(addresses, header.Addresses);
    }

    [Fact]
    public void V1_WhatItCannotSay_IsUnknown()
    {
        var bytes = new byte[ProxyHeader.MaxLengthV1];
        foreach (var addresses in new[] { ProxyAddresses.Unspecified, ProxyAddresses.Udp(ProxyHeaders.User, ProxyHeaders.Service) })
        {
            Assert.True(ProxyHeaderWriter.TryWriteV1(bytes, addresses, out var written));
            Assert.Equal("PROXY UNKNOWN\r\n", Encoding.ASCII.GetString(bytes, 0, written));
        }
    }

    [Fact]
    public void V1_LongestAddresses_FitTheLimit()
    {
        var end = new IPEndPoint(new IPAddress(Enumerable.Repeat(byte.MaxValue, 16).ToArray()), ushort.MaxValue);
        Assert.True(ProxyHeaderWriter.TryWriteV1(new byte[ProxyHeader.MaxLengthV1], ProxyAddresses.Tcp(end, end), out var written));
        Assert.Equal(104, written);
    }

    [Fact]
    public void V2_Tcp4_IsByteForByte()
    {
        var bytes = new byte[64];
        var addresses = ProxyAddresses.Tcp(ProxyHeaders.User, ProxyHeaders.Service);
        Assert.True(ProxyHeaderWriter.TryWriteV2(bytes, ProxyCommand.Proxy, addresses, new ProxyTlvs { Alpn = "h2"u8 }, out var written));
        Assert.Equal(ProxyHeaders.Signature + "21110011" + "C0000201C6336407138801BB" + "0100026832", Convert.ToHexString(bytes, 0, written));
    }

    public static TheoryData<string, string, bool> Ends => new()
    {
        { "192.0.2.1:5000", "198.51.100.7:443", false },
        { "192.0.2.1:5000", "198.51.100.7:53", true },
        { "[2001:db8::1]:5000", "[2001:db8::7]:443", false },
        { "[2001:db8::1]:5000", "[2001:db8::7]:53", true },
        { "192.0.2.1:5000", "[2001:db8::7]:443", false },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void V2_IsReadAsWritten(string source, string destination, bool isUdp)
    {
        var (from, to) = (IPEndPoint.Parse(source), IPEndPoint.Parse(destination));
        var addresses = isUdp ? ProxyAddresses.Udp(from, to) : ProxyAddresses.Tcp(from, to);
        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(ProxyHeaders.Written(addresses), out var header));
        Assert.Equal((addresses, isUdp), (header.Addresses, header.Addresses.IsUdp));
        Assert.Equal((from, to), (header.Addresses.Source.Unmapped().ToIPEndPoint(), header.Addresses.Destination.ToIPEndPoint()));
        Assert.True(header.TryFind(ProxyTlvType.Alpn, out var alpn) && alpn.SequenceEqual("h2"u8));
        Assert.True(header.TryFind(ProxyTlvType.Authority, out var authority) && authority.SequenceEqual("app.test"u8));
        Assert.True(header.TryFind(ProxyTlvType.UniqueId, out var id) && id.SequenceEqual((byte[])[1, 2, 3, 4]));
        Assert.True(header.TryFind(ProxyTlvType.Crc32C, out _));
        Assert.False(header.TryFind(ProxyTlvType.Ssl, out _));
    }

    [Fact]
    public void V2_Local_HasNoAddresses()
    {
        var bytes = new byte[16];
        Assert.True(ProxyHeaderWriter.TryWriteV2(bytes, ProxyCommand.Local, ProxyAddresses.Tcp(ProxyHeaders.User, ProxyHeaders.Service), default, out var written));
        Assert.Equal(ProxyHeaders.Signature + "20000000", Convert.ToHexString(bytes, 0, written));
    }

    [Fact]
    public void V2_EveryChangedByteOfAHeaderWithChecksum_IsNoticed()
    {
        var bytes = ProxyHeaders.Written(ProxyAddresses.Tcp(ProxyHeaders.User, ProxyHeaders.Service));
        for (var at = 16; at < bytes.Length; at++)
        {
            bytes[at] ^= 1;
            if (ProxyHeaderReader.Read(bytes, out var header) == ProxyHeaderStatus.Found) Assert.False(header.TryFind(ProxyTlvType.Crc32C, out _)); // its own type was hit
            bytes[at] ^= 1;
        }
    }

    [Fact]
    public void NoRoom_OrATooLongExtension_IsFalse()
    {
        var addresses = ProxyAddresses.Tcp(ProxyHeaders.User, ProxyHeaders.Service);
        for (var size = 0; size < 28; size++) Assert.False(ProxyHeaderWriter.TryWriteV2(new byte[size], ProxyCommand.Proxy, addresses, default, out _));
        for (var size = 0; size < 44; size++) Assert.False(ProxyHeaderWriter.TryWriteV1(new byte[size], addresses, out _));
        Assert.False(ProxyHeaderWriter.TryWriteV2(new byte[1_024], ProxyCommand.Proxy, addresses, new ProxyTlvs { UniqueId = new byte[129] }, out _));
        Assert.False(ProxyHeaderWriter.TryWriteV2(new byte[1_024], ProxyCommand.Proxy, addresses, new ProxyTlvs { Authority = new byte[256] }, out _));
        Assert.False(ProxyHeaderWriter.TryWriteV2(new byte[1_024], ProxyCommand.Proxy, addresses, new ProxyTlvs { Alpn = new byte[256] }, out _));
    }

    [Fact]
    public void Write_AllocatesNothing()
    {
        var addresses = ProxyAddresses.Tcp(ProxyHeaders.User6, ProxyHeaders.Service6);
        var bytes = new byte[ProxyHeader.DefaultMaxLength];
        Assert.Equal(0, Allocations.PerThousand(() => ProxyHeaderWriter.TryWriteV1(bytes, addresses, out _)));
        Assert.Equal(0, Allocations.PerThousand(() => ProxyHeaderWriter.TryWriteV2(bytes, ProxyCommand.Proxy, addresses, new ProxyTlvs { Authority = "app.test"u8, WithChecksum = true }, out _)));
    }
}
