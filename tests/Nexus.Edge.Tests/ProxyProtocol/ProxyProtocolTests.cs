using System.Globalization;
using System.Net;
using System.Text;
using Nexus.Edge.ProxyProtocol;
using Nexus.Edge.Tests.Fakes;
using Nexus.Edge.Tests.Peeking;
using Nexus.Protocol.ProxyProtocol;

namespace Nexus.Edge.Tests.ProxyProtocol;

/// <summary>Whose connection it is, when a load balancer stands in front.</summary>
public sealed class ProxyProtocolTests
{
    private const string Section = "Nexus:Edge:ProxyProtocol";

    private static readonly (string, string) s_trusted = ($"{Section}:TrustedNetworks:0", "127.0.0.0/8");

    [Theory]
    [InlineData(1, "192.0.2.1:5000")]
    [InlineData(2, "192.0.2.1:5000")]
    [InlineData(1, "[2001:db8::1]:5000")]
    [InlineData(2, "[2001:db8::1]:5000")]
    [InlineData(2, "[::ffff:192.0.2.1]:5000", "192.0.2.1:5000")]
    public async Task Header_NamesTheUser_AndIsTakenAway(int version, string source, string? client = null)
    {
        await using var edge = await EdgeUnderTest.StartAsync(s_trusted);
        using var user = await edge.ConnectAsync();
        var hello = Hellos.For("app.test");
        await user.SendAsync(Joined([.. HeaderOf(version, source), .. hello]));

        var stream = await edge.Hub.NextAsync();
        Assert.Equal(hello, await stream.ReadAsync(hello.Length));
        Assert.Equal((client ?? source, edge.RelayPort), (stream.Open.ClientAddress, stream.Open.LocalPort));
    }

    [Fact]
    public async Task Header_InPieces_WithTheHelloInOne_IsRead()
    {
        await using var edge = await EdgeUnderTest.StartAsync(s_trusted);
        using var user = await edge.ConnectAsync();
        var hello = Hellos.For("app.test");
        byte[] bytes = [.. HeaderOf(2, "192.0.2.1:5000"), .. hello];
        foreach (var piece in bytes.Chunk(5)) await user.SendAsync(piece);

        Assert.Equal(hello, await (await edge.Hub.NextAsync()).ReadAsync(hello.Length));
    }

    [Fact]
    public async Task Header_OnAClaimOnlyPort_IsReadToo()
    {
        using var port = FreePort.Reserve();
        var text = port.Port.ToString(CultureInfo.InvariantCulture);
        await using var edge = await EdgeUnderTest.StartAsync(s_trusted, ("Nexus:Edge:Listening:RelayPorts:0", text), ("Nexus:Edge:Listening:ClaimOnlyPorts:0", text));
        edge.Claim(port.Port);
        await edge.RoutesInForceAsync(2);
        using var user = await edge.ConnectAsync();
        await user.SendAsync(Joined([.. HeaderOf(2, "192.0.2.1:5000"), .. "hi"u8]));

        var stream = await edge.Hub.NextAsync();
        Assert.Equal("hi", await stream.ReadTextAsync(2));
        Assert.Equal("192.0.2.1:5000", stream.Open.ClientAddress);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PROXY TCP4 192.0.2.1\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n")]
    public async Task TrustedPeer_WithoutAValidHeader_IsClosed(string first)
    {
        await using var edge = await EdgeUnderTest.StartAsync(s_trusted);
        using var user = await edge.ConnectAsync();
        await user.SendAsync(Joined([.. Encoding.ASCII.GetBytes(first), .. Hellos.For("app.test")]));

        await user.AssertClosedWithoutAByteAsync();
        Assert.Equal("bad_proxy_header", await edge.EndOfAsync());
        Assert.Equal(0, edge.Hub.Opened);
    }

    [Fact]
    public async Task TrustedPeer_NeverFinishesTheHeader_IsClosedInTime()
    {
        await using var edge = await EdgeUnderTest.StartAsync(s_trusted);
        using var user = await edge.ConnectAsync();
        var armed = edge.Time.WaitForTimerAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await user.SendAsync("PROXY TCP4 ");
        await armed.BoundedAsync();
        edge.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("peek_timeout", await edge.EndOfAsync());
    }

    [Fact]
    public async Task HeaderOverItsBound_IsClosed()
    {
        await using var edge = await EdgeUnderTest.StartAsync(s_trusted);
        using var user = await edge.ConnectAsync();
        var header = HeaderOf(2, "192.0.2.1:5000");
        header[14] = 2; // 512 and more behind the first 16 bytes
        await user.SendAsync(header.AsMemory(0, 16));
        await user.AssertClosedWithoutAByteAsync();
        Assert.Equal("bad_proxy_header", await edge.EndOfAsync());
    }

    [Fact]
    public async Task HeaderOptional_WithoutOne_ThePeerIsTheUser()
    {
        await using var edge = await EdgeUnderTest.StartAsync(s_trusted, ($"{Section}:Optional", "true"));
        var (user, stream) = await edge.ConnectThroughAsync();
        using var closing = user;
        Assert.Equal(user.LocalEndPoint.ToString(), stream.Open.ClientAddress);
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0")]
    public async Task HeaderOfTheBalancerItself_ThePeerIsTheUser(string header)
    {
        await using var edge = await EdgeUnderTest.StartAsync(s_trusted);
        using var user = await edge.ConnectAsync();
        await user.SendAsync(Joined([.. Encoding.Latin1.GetBytes(header), .. Hellos.For("app.test")]));

        Assert.Equal(user.LocalEndPoint.ToString(), (await edge.Hub.NextAsync()).Open.ClientAddress);
    }

    /// <summary>Else anybody could give himself any address.</summary>
    [Theory]
    [InlineData("192.0.2.0/24", "")]
    [InlineData("127.0.0.0/8", "1")]
    public async Task FromOthers_OrOnOtherPorts_ItIsNoHeader(string network, string port)
    {
        await using var edge = await EdgeUnderTest.StartAsync([($"{Section}:TrustedNetworks:0", network), .. port.Length > 0 ? new[] { ($"{Section}:Ports:0", port) } : []]);
        foreach (var version in new[] { 1, 2 })
        {
            using var user = await edge.ConnectAsync();
            await user.SendAsync(Joined([.. HeaderOf(version, "192.0.2.1:5000"), .. Hellos.For("app.test")]));
            await user.AssertClosedWithoutAByteAsync();
        }
        Assert.Equal(0, edge.Hub.Opened);
    }

    [Fact]
    public async Task Limits_CountTheUser_NotTheBalancer()
    {
        await using var edge = await EdgeUnderTest.StartAsync(s_trusted, ("Nexus:Edge:Listening:MaxConnectionsPerClient", "1"));
        var hello = Hellos.For("app.test");
        using var first = await edge.ConnectAsync();
        await first.SendAsync(Joined([.. HeaderOf(2, "192.0.2.1:5000"), .. hello]));
        await edge.Hub.NextAsync();
        using var other = await edge.ConnectAsync();
        await other.SendAsync(Joined([.. HeaderOf(2, "192.0.2.2:5000"), .. hello]));
        await edge.Hub.NextAsync();

        using var again = await edge.ConnectAsync();
        await again.SendAsync(Joined([.. HeaderOf(2, "192.0.2.1:5001"), .. hello]));
        await again.AssertClosedWithoutAByteAsync();
        Assert.Equal("client_limit", await edge.EndOfAsync());

        first.Reset();
        await edge.Metrics.WaitForSumAsync("nexus.edge.active_connections", 1).BoundedAsync();
        using var later = await edge.ConnectAsync();
        await later.SendAsync(Joined([.. HeaderOf(2, "192.0.2.1:5002"), .. hello]));
        await edge.Hub.NextAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Port80_Header_NamesTheUser(int version)
    {
        await using var edge = await EdgeUnderTest.StartAsync(s_trusted);
        using var user = await User.ConnectAsync(edge.HttpPort);
        var header = HeaderOf(version, "192.0.2.1:5000");
        await user.SendAsync(header.AsMemory(0, 9));
        await user.SendAsync(Joined([.. header[9..], .. "GET / HTTP/1.1\r\nHost: app.test\r\n\r\n"u8]));

        var stream = await edge.Hub.NextAsync();
        Assert.StartsWith("GET / HTTP/1.1\r\n", await stream.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal("192.0.2.1:5000", stream.Open.ClientAddress);
    }

    [Fact]
    public async Task Port80_WithoutHeader_IsClosed_AndASlowOneInTime()
    {
        await using var edge = await EdgeUnderTest.StartAsync(s_trusted);
        using var user = await User.ConnectAsync(edge.HttpPort);
        await user.SendAsync("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n");
        await user.AssertClosedWithoutAByteAsync();

        var armed = edge.Time.WaitForTimerAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        using var slow = await User.ConnectAsync(edge.HttpPort);
        await armed.BoundedAsync();
        edge.Time.Advance(TimeSpan.FromSeconds(5));
        await slow.AssertClosedWithoutAByteAsync();
        await edge.Metrics.WaitForSumAsync("nexus.edge.active_connections", 0).BoundedAsync();
    }

    [Theory]
    [InlineData("send-proxy")]
    [InlineData("send-proxy-v2")]
    public async Task Haproxy_InFront_TheUserIsKnown(string option)
    {
        DebianProgram.SkipUnlessInstalled("haproxy");
        await using var edge = await EdgeUnderTest.StartAsync(s_trusted);
        using var port = FreePort.Reserve();
        await using var haproxy = await HaproxyProcess.StartAsync($"""
            defaults
              mode tcp
              timeout connect 10s
              timeout client 30s
              timeout server 30s
            listen test
              bind {port.EndPoint}
              server edge 127.0.0.1:{edge.RelayPort} {option}

            """);
        using var user = await User.ConnectAsync(port.Port);
        var hello = Hellos.For("app.test");
        await user.SendAsync(hello);

        var stream = await edge.Hub.NextAsync();
        Assert.Equal(hello, await stream.ReadAsync(hello.Length));
        Assert.Equal(user.LocalEndPoint.ToString(), stream.Open.ClientAddress);
    }

    [Fact]
    public void Options_AllErrorsAtOnce()
    {
        var options = new ProxyProtocolOptions { MaxHeaderBytes = 1 };
        foreach (var network in new[] { "10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "::1", "nowhere", "10.0.0.0/x", "10.0.0.0/33" }) options.TrustedNetworks.Add(network);
        options.Ports.Add(70_000);
        var failures = new ProxyProtocolOptionsValidator().Validate(null, options).Failures ?? [];
        Assert.Equal(5, failures.Count());
    }

    private static byte[] Joined(byte[] bytes) => bytes;

    private static byte[] HeaderOf(int version, string source)
    {
        var end = IPEndPoint.Parse(source);
        var addresses = end.Address.IsIPv4MappedToIPv6
            ? new ProxyAddresses(ProxyTransport.Tcp6, new(true, (UInt128)0xFFFF << 32 | 0xC0000201, 5_000), new(true, UInt128.One, 443))
            : ProxyAddresses.Tcp(end, new IPEndPoint(end.Address, 443));
        var header = new byte[ProxyHeader.DefaultMaxLength];
        var written = 0;
        Assert.True(version == 1
            ? ProxyHeaderWriter.TryWriteV1(header, addresses, out written)
            : ProxyHeaderWriter.TryWriteV2(header, ProxyCommand.Proxy, addresses, new ProxyTlvs { Authority = "app.test"u8, WithChecksum = true }, out written));
        return header[..written];
    }
}
