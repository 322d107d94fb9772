using Nexus.Contracts.Routing.V1;
using Nexus.Edge.Tests.Fakes;
using Nexus.Edge.Tests.Peeking;

namespace Nexus.Edge.Tests.Passthrough;

/// <summary>Which name a connection is routed by, and that its bytes arrive as they were.</summary>
public sealed class NamesTests
{
    [Theory]
    [InlineData("tls-rec-records-of-16.bin", 100)]
    [InlineData("tls-rec-records-of-1-sni-last.bin", 4_096)]
    [InlineData("tls-rec-pq-size-512.bin", 700)]
    [InlineData("tls-real-chromium-a.bin", 1)]
    [Statement("node 75", "node 76", "case 5", "case 7")]
    public async Task Hello_InAnyRecordsAndPieces_IsRouted(string file, int piece)
    {
        var item = FirstBytesCase.Named(file);
        await using var edge = await StartAsync(item.Host ?? "");
        using var user = await edge.ConnectAsync();
        var hello = item.Read();
        foreach (var bytes in hello.Chunk(piece)) await user.SendAsync(bytes);

        var stream = await edge.Hub.NextAsync();
        Assert.Equal(hello, await stream.ReadAsync(hello.Length));
        Assert.Equal((item.Host, true), (stream.Open.Host, stream.Open.IsTls));
    }

    /// <summary>RFC 6066 forbids the dot and browsers send it: it is dropped, where the original (statement 79) does not route at all.</summary>
    [Fact]
    [Statement("node 79")]
    public async Task ServerName_WithTrailingDot_IsTheNameWithout()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await edge.ConnectAsync();
        await user.SendAsync(Hellos.For("app.test."));
        Assert.Equal("app.test", (await edge.Hub.NextAsync()).Open.Host);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: APP.test\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.test:8080\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.test.\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.test:\r\n\r\n")]
    [InlineData("GET http://app.test/x HTTP/1.1\r\nHost: other.test\r\n\r\n")]
    [InlineData("CONNECT app.test:443 HTTP/1.1\r\nHost: app.test:443\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\nhost:app.test\r\n\r\n")]
    [Statement("node 76", "node 82")]
    public async Task Http_IsRoutedByItsHost_OnARelayPort(string request)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await edge.ConnectAsync();
        await user.SendAsync(request);

        var stream = await edge.Hub.NextAsync();
        Assert.Equal(request, await stream.ReadTextAsync(request.Length));
        Assert.Equal(("app.test", false), (stream.Open.Host, stream.Open.IsTls));
    }

    [Theory]
    [InlineData(33_000)]
    [InlineData(60_000)]
    [Statement("node 84")]
    public async Task Http_LargeHead_ArrivesCompletely(int size)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await edge.ConnectAsync();
        var request = $"GET / HTTP/1.1\r\nHost: app.test\r\nX: {new string('x', size)}\r\n\r\n";
        await user.SendAsync(request);

        Assert.Equal(request, await (await edge.Hub.NextAsync()).ReadTextAsync(request.Length));
    }

    /// <summary>Nothing moves that a clock could see: the kernel's own clock ends it.</summary>
    [Fact]
    public async Task User_WhoNeverReads_IsClosedByTheStallLimit()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has TCP_USER_TIMEOUT.");
        await using var edge = await EdgeUnderTest.StartAsync(("Nexus:Edge:Listening:StallTimeout", "00:00:01"));
        var (user, stream) = await edge.ConnectThroughAsync(receiveBuffer: 4_096);
        using var closing = user;
        var writing = stream.WriteAsync(new byte[16 * 1024 * 1024]);

        Assert.Equal("user_reset", await edge.EndOfAsync());
        await stream.Ended.BoundedAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => writing);
    }

    private static async Task<EdgeUnderTest> StartAsync(string host)
    {
        var edge = await EdgeUnderTest.StartAsync();
        edge.Watch?.Delta(2, delta => delta.RouteUpserts.Add(new TargetRoute { TargetId = WatchCall.IdOf(edge.Hub.Address), Key = WatchCall.KeyOf(host), Weight = 1 }));
        await edge.RoutesInForceAsync(2);
        return edge;
    }
}
