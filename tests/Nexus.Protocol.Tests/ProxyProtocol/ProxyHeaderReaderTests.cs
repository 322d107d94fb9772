using System.Text;
using Nexus.Protocol.ProxyProtocol;

namespace Nexus.Protocol.Tests.ProxyProtocol;

public sealed class ProxyHeaderReaderTests
{
    private const string Tcp4 = "C0000201C6336407138801BB"; // 192.0.2.1:5000 to 198.51.100.7:443

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 5000 443", ProxyTransport.Tcp4, "192.0.2.1:5000", "198.51.100.7:443")]
    [InlineData("PROXY TCP4 255.255.255.255 0.0.0.0 65535 0", ProxyTransport.Tcp4, "255.255.255.255:65535", "0.0.0.0:0")]
    [InlineData("PROXY TCP6 2001:db8::1 2001:DB8:0:0:0:0:0:7 5000 443", ProxyTransport.Tcp6, "[2001:db8::1]:5000", "[2001:db8::7]:443")]
    [InlineData("PROXY TCP6 :: ::1 1 2", ProxyTransport.Tcp6, "[::]:1", "[::1]:2")]
    [InlineData("PROXY TCP6 1:2:3:4:5:6:7:: ::ffff:192.0.2.1 1 2", ProxyTransport.Tcp6, "[1:2:3:4:5:6:7:0]:1", "[::ffff:192.0.2.1]:2")]
    [InlineData("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535", ProxyTransport.Tcp6,
        "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535")]
    public void Line_Valid_IsFound(string line, ProxyTransport transport, string source, string destination)
    {
        var bytes = ProxyHeaders.Line(line);
        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read([.. bytes, .. "payload"u8], out var header));
        Assert.Equal((1, ProxyCommand.Proxy, bytes.Length), (header.Version, header.Command, header.Length));
        Assert.Equal((transport, source, destination), (header.Addresses.Transport, header.Addresses.Source.ToString(), header.Addresses.Destination.ToString()));
        Assert.True(header.Extensions.IsEmpty);
    }

    [Theory]
    [InlineData("PROXY UNKNOWN")]
    [InlineData("PROXY UNKNOWN ")]
    [InlineData("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535")]
    public void Line_Unknown_HasNoAddresses(string line)
    {
        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(ProxyHeaders.Line(line), out var header));
        Assert.Equal((ProxyCommand.Local, ProxyAddresses.Unspecified, line.Length + 2), (header.Command, header.Addresses, header.Length));
    }

    [Theory]
    [InlineData("PROXY ")]
    [InlineData("PROXY UNKNOWNX")]
    [InlineData("PROXY TCP5 192.0.2.1 198.51.100.7 5000 443")]
    [InlineData("PROXY tcp4 192.0.2.1 198.51.100.7 5000 443")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 5000")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 5000 443 ")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 5000 443 1")]
    [InlineData("PROXY TCP4  192.0.2.1 198.51.100.7 5000 443")]
    [InlineData("PROXY TCP4 192.0.2.01 198.51.100.7 5000 443")]
    [InlineData("PROXY TCP4 192.0.2.256 198.51.100.7 5000 443")]
    [InlineData("PROXY TCP4 192.0.2 198.51.100.7 5000 443")]
    [InlineData("PROXY TCP4 192.0.2.1.1 198.51.100.7 5000 443")]
    [InlineData("PROXY TCP4 2001:db8::1 2001:db8::7 5000 443")]
    [InlineData("PROXY TCP6 192.0.2.1 198.51.100.7 5000 443")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 65536 443")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 05000 443")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 -1 443")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 +1 443")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 99999999999 443")]
    [InlineData("PROXY TCP6 1::2::3 :: 1 2")]
    [InlineData("PROXY TCP6 1:2:3:4:5:6:7 :: 1 2")]
    [InlineData("PROXY TCP6 1:2:3:4:5:6:7:8:9 :: 1 2")]
    [InlineData("PROXY TCP6 1:2:3:4:5:6:7::8 :: 1 2")]
    [InlineData("PROXY TCP6 1.2.3.4:: :: 1 2")]
    [InlineData("PROXY TCP6 1:2:3:4:5:6:7:1.2.3.4 :: 1 2")]
    [InlineData("PROXY TCP6 fe80::1%eth0 :: 1 2")]
    [InlineData("PROXY TCP6 [::1] :: 1 2")]
    [InlineData("PROXY TCP6 12345:: :: 1 2")]
    [InlineData("PROXY TCP6 ::: :: 1 2")]
    [InlineData("PROXY TCP6 :1:: :: 1 2")]
    [InlineData("PROXY TCP6 1:: g:: 1 2")]
    [InlineData("PROXY\tTCP4 192.0.2.1 198.51.100.7 5000 443", true)]
    public void Line_Invalid_IsNeverFound(string line, bool isNoHeader = false)
    {
        var expected = isNoHeader ? ProxyHeaderStatus.NotProxy : ProxyHeaderStatus.Malformed;
        Assert.Equal(expected, ProxyHeaderReader.Read(ProxyHeaders.Line(line), out _));
    }

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 5000 443\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 5000 443\r\r\n")]
    [InlineData("PROXY TCP4\0")]
    [InlineData("PROXY TCP4\u00FF")]
    public void Line_ByteThatCannotBe_EndsItAtOnce(string text) =>
        Assert.Equal(ProxyHeaderStatus.Malformed, ProxyHeaderReader.Read(Encoding.Latin1.GetBytes(text), out _));

    [Fact]
    public void Line_OfMoreThan107Bytes_IsMalformed()
    {
        var longest = ProxyHeaders.Line("PROXY UNKNOWN ".PadRight(105, 'x'));
        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(longest, out _));
        Assert.Equal(ProxyHeaderStatus.NeedMore, ProxyHeaderReader.Read(longest.AsSpan(0, 106), out _));
        var longer = ProxyHeaders.Line("PROXY UNKNOWN ".PadRight(106, 'x'));
        Assert.Equal(ProxyHeaderStatus.Malformed, ProxyHeaderReader.Read(longer.AsSpan(0, 107), out _));
        Assert.Equal(ProxyHeaderStatus.Malformed, ProxyHeaderReader.Read(longer, out _));
    }

    [Theory]
    [InlineData("2111", Tcp4, ProxyTransport.Tcp4)]
    [InlineData("2112", Tcp4, ProxyTransport.Udp4)]
    [InlineData("2111", Tcp4 + "040003AABBCC", ProxyTransport.Tcp4)] // padding
    [InlineData("2111", Tcp4 + "EE0000", ProxyTransport.Tcp4)] // a type for one's own use, empty
    [InlineData("2111", Tcp4 + "20000D" + "0100000000" + "210005" + "544C537631", ProxyTransport.Tcp4)]
    public void Binary_IPv4_IsFound(string kind, string block, ProxyTransport transport)
    {
        var bytes = ProxyHeaders.V2(kind, block);
        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read([.. bytes, 22, 3, 1], out var header));
        Assert.Equal((2, ProxyCommand.Proxy, bytes.Length), (header.Version, header.Command, header.Length));
        var expected = new ProxyAddresses(transport, ProxyEndPoint.Of(ProxyHeaders.User), ProxyEndPoint.Of(ProxyHeaders.Service));
        Assert.Equal(expected, header.Addresses);
        Assert.Equal(block.Length / 2 - 12, header.Extensions.Length);
    }

    [Theory]
    [InlineData("2000", "")]
    [InlineData("2011", Tcp4)] // LOCAL: whatever stands there is discarded,
    [InlineData("20FF", "AABB")] // an unknown family too
    [InlineData("2100", "")]
    [InlineData("2100", "040000")]
    public void Binary_LocalOrUnspecified_HasNoAddresses(string kind, string block)
    {
        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(ProxyHeaders.V2(kind, block), out var header));
        Assert.Equal((ProxyAddresses.Unspecified, 16 + block.Length / 2), (header.Addresses, header.Length));
        Assert.Equal(kind[1] == '1' ? ProxyCommand.Proxy : ProxyCommand.Local, header.Command);
    }

    [Theory]
    [InlineData("1111", Tcp4)] // version 1 in binary
    [InlineData("3111", Tcp4)]
    [InlineData("2211", Tcp4)] // command 2
    [InlineData("2110", Tcp4)] // a family without a transport
    [InlineData("2101", Tcp4)]
    [InlineData("2113", Tcp4)]
    [InlineData("2141", Tcp4)]
    [InlineData("2111", "C0000201C6336407138801")] // a byte short
    [InlineData("2121", Tcp4)]
    [InlineData("2131", Tcp4)]
    [InlineData("2111", Tcp4 + "01")] // half an extension
    [InlineData("2111", Tcp4 + "0100")]
    [InlineData("2111", Tcp4 + "010001")] // one that says it is longer than what is there
    [InlineData("2111", Tcp4 + "01FFFF6832")]
    [InlineData("2111", Tcp4 + "030003AABBCC")] // a checksum of three bytes
    [InlineData("2111", Tcp4 + "03000400000000")] // a wrong one
    [InlineData("2111", Tcp4 + "20000401000000")] // TLS of four bytes
    [InlineData("2111", Tcp4 + "2000080100000000210001")] // whose own extension says more than there is
    public void Binary_Invalid_IsMalformed(string kind, string block) =>
        Assert.Equal(ProxyHeaderStatus.Malformed, ProxyHeaderReader.Read(ProxyHeaders.V2(kind, block), out _));

    [Fact]
    public void Binary_UniqueIdOverItsLimit_IsMalformed()
    {
        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(ProxyHeaders.V2("2111", Tcp4 + "050080" + new string('A', 256)), out _));
        Assert.Equal(ProxyHeaderStatus.Malformed, ProxyHeaderReader.Read(ProxyHeaders.V2("2111", Tcp4 + "050081" + new string('A', 258)), out _));
    }

    [Fact]
    public void Binary_OverTheBound_IsMalformedBeforeItHasCome()
    {
        var header = ProxyHeaders.V2("2111", Tcp4 + "0401FC" + new string('0', 2 * 508)); // 539 bytes
        Assert.Equal(ProxyHeaderStatus.Malformed, ProxyHeaderReader.Read(header.AsSpan(0, 16), out _));
        Assert.Equal(ProxyHeaderStatus.NeedMore, ProxyHeaderReader.Read(header.AsSpan(0, 16), out _, header.Length));
        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(header, out _, header.Length));
    }

    [Theory]
    [InlineData("G")]
    [InlineData("PO")]
    [InlineData("PRI * HTTP/2.0")]
    [InlineData("proxy TCP4")]
    [InlineData("\u0016\u0003\u0001")]
    [InlineData("\r\n\r\n\0\r\nQUIT\r")]
    [InlineData("\r\nGET / HTTP/1.1")]
    public void SomethingElse_IsNotProxy(string text) =>
        Assert.Equal(ProxyHeaderStatus.NotProxy, ProxyHeaderReader.Read(Encoding.Latin1.GetBytes(text), out _));

    /// <summary>Every cut of every valid header needs more, and the whole with anything behind it is found.</summary>
    [Fact]
    public void EveryPrefix_NeedsMore_AndTheWholeIsFound()
    {
        foreach (var bytes in ProxyHeaders.All)
        {
            for (var cut = 0; cut < bytes.Length; cut++) Assert.Equal(ProxyHeaderStatus.NeedMore, ProxyHeaderReader.Read(bytes.AsSpan(0, cut), out _));
            Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(bytes, out var header));
            Assert.Equal(bytes.Length, header.Length);
        }
    }

    /// <summary>Whatever comes, there is a verdict, and it does not depend on how the bytes come.</summary>
    [Fact]
    public void AnyBytes_GiveAVerdict_ThatMoreBytesDoNotChange()
    {
        var random = new Random(20_240_611);
        for (var i = 0; i < Fuzz.Inputs; i++)
        {
            var seed = ProxyHeaders.All[random.Next(ProxyHeaders.All.Count)];
            var bytes = random.Next(10) == 0 ? Fuzz.Bytes(random, 700) : Fuzz.Mutate(random, seed);
            var cut = random.Next(bytes.Length + 1);
            var early = ProxyHeaderReader.Read(bytes.AsSpan(0, cut), out var earlyHeader);
            var whole = ProxyHeaderReader.Read(bytes, out var header);
            if (early != ProxyHeaderStatus.NeedMore) Assert.Equal((early, earlyHeader.Length), (whole, header.Length));
            if (whole == ProxyHeaderStatus.Found) Assert.InRange(header.Length, 15, Math.Min(bytes.Length, ProxyHeader.DefaultMaxLength));
        }
    }

    [Fact]
    public void Read_AllocatesNothing()
    {
        foreach (var bytes in ProxyHeaders.All)
            Assert.Equal(0, Allocations.PerThousand(() => ProxyHeaderReader.Read(bytes, out _)));
    }
}
