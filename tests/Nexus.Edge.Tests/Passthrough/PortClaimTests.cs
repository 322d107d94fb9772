using Nexus.Edge.Tests.Fakes;
using Nexus.Edge.Tests.Peeking;
using Nexus.Protocol.Channels;

namespace Nexus.Edge.Tests.Passthrough;

/// <summary>Who names nobody gets to whoever claims the port.</summary>
public sealed class PortClaimTests
{
    private static readonly TimeSpan s_serverFirst = TimeSpan.FromSeconds(5);

    /// <summary>No timer is moved: whatever had to wait for one would never arrive.</summary>
    [Theory]
    [InlineData("\u0000\u0001\u0002\u0003")]
    [InlineData("\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n")]
    [InlineData("HELO\n")]
    [InlineData("USER anonymous\r\n")]
    [InlineData("\u0016\u0002\u0000")]
    [Statement("node 85")]
    public async Task NotTlsNorHttp_IsConnectedAtOnce(string bytes)
    {
        await using var edge = await StartAsync();
        using var user = await edge.ConnectAsync();
        await user.SendAsync(bytes);

        var stream = await edge.Hub.NextAsync();
        Assert.Equal(bytes, await stream.ReadTextAsync(bytes.Length));
        Assert.Equal(("", edge.RelayPort, edge.RelayPort, false), (stream.Open.Host, stream.Open.ClaimedPort, stream.Open.LocalPort, stream.Open.IsTls));
    }

    [Fact]
    [Statement("node 81", "node 85", "case 9")]
    public async Task TlsWithoutName_IsConnectedAtOnce_AsTls()
    {
        await using var edge = await StartAsync();
        using var user = await edge.ConnectAsync();
        var hello = Hellos.WithoutName();
        await user.SendAsync(hello);

        var stream = await edge.Hub.NextAsync();
        Assert.Equal(hello, await stream.ReadAsync(hello.Length));
        Assert.Equal((edge.RelayPort, true), (stream.Open.ClaimedPort, stream.Open.IsTls));
    }

    [Theory]
    [InlineData("GET / HTTP/1.0\r\nX: 1\r\n\r\nrest")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.test\r\nHost: b.test\r\n\r\nrest")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [Statement("node 83")]
    public async Task HttpWithoutOneHost_ArrivesCompletely(string request)
    {
        await using var edge = await StartAsync();
        using var user = await edge.ConnectAsync();
        await user.SendAsync(request);

        var stream = await edge.Hub.NextAsync();
        Assert.Equal(request, await stream.ReadTextAsync(request.Length));
        Assert.Equal((edge.RelayPort, false), (stream.Open.ClaimedPort, stream.Open.IsTls));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: unknown.test\r\n\r\n", "HTTP/1.1 404 ")]
    [InlineData("GET / HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n", "HTTP/1.1 421 ")]
    [InlineData("GET / HTTP/1.1\r\nHost: tcp:53\r\n\r\n", "HTTP/1.1 404 ")]
    [InlineData("GET / HTTP/1.1\r\nHost: udp:53\r\n\r\n", "HTTP/1.1 404 ")]
    [Statement("node 80", "node 89")]
    public async Task AName_NeverFallsBack(string request, string answer)
    {
        await using var edge = await StartAsync(claims: 53);
        using var user = await edge.ConnectAsync();
        await user.SendAsync(request);

        Assert.StartsWith(answer, await user.ReceivePageAsync(), StringComparison.Ordinal);
        Assert.Equal(0, edge.Hub.Opened);
    }

    [Fact]
    [Statement("node 85")]
    public async Task ClaimOnlyPort_ServerSpeaksFirst_IsConnectedWithoutAByte()
    {
        using var port = FreePort.Reserve();
        await using var edge = await StartOnAsync(port, isClaimOnly: true);
        using var user = await edge.ConnectAsync();

        var stream = await edge.Hub.NextAsync();
        await stream.WriteTextAsync("220 mail.test\r\n");
        Assert.Equal("220 mail.test\r\n", await user.ReceiveUntilAsync("\n"));
        await user.SendAsync("QUIT");
        Assert.Equal("QUIT", await stream.ReadTextAsync(4));
        Assert.Equal(port.Port, stream.Open.ClaimedPort);
    }

    [Fact]
    public async Task ClaimOnlyPort_NamesDoNotCount_AndWithoutAClaimItIsClosed()
    {
        using var port = FreePort.Reserve();
        await using var edge = await EdgeUnderTest.StartAsync(SettingsFor(port, isClaimOnly: true));
        using var early = await edge.ConnectAsync();
        await early.AssertClosedWithoutAByteAsync();
        Assert.Equal("unclaimed_port", await edge.EndOfAsync());

        edge.Claim(port.Port);
        await edge.RoutesInForceAsync(2);
        using var user = await edge.ConnectAsync();
        await user.SendAsync(Hellos.For("app.test"));
        Assert.Equal("", (await edge.Hub.NextAsync()).Open.Host);
    }

    [Fact]
    [Statement("node 85", "node 92")]
    public async Task OtherClaimedPort_SilentUser_IsConnectedAfterAWhile()
    {
        await using var edge = await StartAsync();
        var armed = edge.Time.WaitForTimerAsync(s_serverFirst, TestContext.Current.CancellationToken);
        using var user = await edge.ConnectAsync();
        await armed.BoundedAsync();
        edge.Time.Advance(s_serverFirst);

        await (await edge.Hub.NextAsync()).WriteTextAsync("220 mail.test\r\n");
        Assert.Equal("220 mail.test\r\n", await user.ReceiveUntilAsync("\n"));
    }

    [Fact]
    public async Task HalfAHello_IsNeverTakenForTheClaims()
    {
        var idle = TimeSpan.FromSeconds(4);
        await using var edge = await StartAsync(claims: 0, ("Nexus:Edge:Peeking:IdleExtension", "00:00:04"));
        using var user = await edge.ConnectAsync();
        var armed = edge.Time.WaitForTimerAsync(idle, TestContext.Current.CancellationToken);
        await user.SendAsync(Hellos.For("app.test").AsMemory(0, 50));
        await armed.BoundedAsync();
        edge.Time.Advance(idle);

        Assert.Equal("peek_timeout", await edge.EndOfAsync());
        Assert.Equal(0, edge.Hub.Opened);
    }

    [Fact]
    public async Task User_SaysLittleAndEnds_TheClaimGetsItAndAnswers()
    {
        await using var edge = await StartAsync();
        using var user = await edge.ConnectAsync();
        await user.SendAsync("GET");
        user.HalfClose();

        var stream = await edge.Hub.NextAsync();
        Assert.Equal("GET", await stream.ReadTextAsync(3));
        Assert.Equal(ChannelReadStatus.End, await stream.ReadEndAsync());
        await stream.WriteTextAsync("nothing");
        await stream.EndAsync();
        Assert.Equal("nothing", await user.ReceiveUntilAsync("g"));
    }

    private static Task<EdgeUnderTest> StartAsync() => StartAsync(claims: 0);

    /// <summary>The hub claims the edge's own port and one more.</summary>
    private static async Task<EdgeUnderTest> StartAsync(int claims, params (string Key, string Value)[] settings)
    {
        var edge = await EdgeUnderTest.StartAsync(settings);
        edge.Claim(new[] { edge.RelayPort, claims }.Where(port => port > 0));
        await edge.RoutesInForceAsync(2);
        return edge;
    }

    private static async Task<EdgeUnderTest> StartOnAsync(FreePort port, bool isClaimOnly)
    {
        var edge = await EdgeUnderTest.StartAsync(SettingsFor(port, isClaimOnly));
        edge.Claim(port.Port);
        await edge.RoutesInForceAsync(2);
        return edge;
    }

    private static IEnumerable<(string, string)> SettingsFor(FreePort port, bool isClaimOnly)
    {
        var text = port.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        yield return ("Nexus:Edge:Listening:RelayPorts:0", text);
        if (isClaimOnly) yield return ("Nexus:Edge:Listening:ClaimOnlyPorts:0", text);
    }
}
