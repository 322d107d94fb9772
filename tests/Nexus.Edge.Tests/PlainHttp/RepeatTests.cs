using Nexus.Edge.Tests.Fakes;

namespace Nexus.Edge.Tests.PlainHttp;

/// <summary>A backend that ends an idle connection just when the next request is on it (RFC 9110 §9.2.2).</summary>
public sealed class RepeatTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory]
    [InlineData("POST /pay HTTP/1.1\r\nHost: app.test\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("POST /pay HTTP/1.1\r\nHost: app.test\r\nContent-Length: 4\r\n\r\n1000")]
    [InlineData("PATCH /pay HTTP/1.1\r\nHost: app.test\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("BUY /pay HTTP/1.1\r\nHost: app.test\r\n\r\n")]
    public async Task RequestThatMayNotBearIt_IsNotMadeTwice(string request)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await User.ConnectAsync(edge.HttpPort);
        await LoseOnAnIdleConnectionAsync(edge, user, request);

        Assert.StartsWith("HTTP/1.1 502 ", await user.ReceiveUntilAsync("502 Bad Gateway\n"), StringComparison.Ordinal);
        Assert.Equal(1, edge.Hub.Opened);

        await user.SendAsync("GET /next HTTP/1.1\r\nHost: app.test\r\n\r\n"); // and the user goes on
        var next = await edge.Hub.NextAsync();
        Assert.StartsWith("GET /next ", await next.ReadHeadAsync(), StringComparison.Ordinal);
        await next.WriteTextAsync(Ok);
        await user.ReceiveUntilAsync("ok");
    }

    [Fact]
    public async Task RequestThatBearsIt_IsMadeOnceMore()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await User.ConnectAsync(edge.HttpPort);
        await LoseOnAnIdleConnectionAsync(edge, user, "GET /again HTTP/1.1\r\nHost: app.test\r\n\r\n");

        var second = await edge.Hub.NextAsync();
        Assert.StartsWith("GET /again ", await second.ReadHeadAsync(), StringComparison.Ordinal);
        await second.EndAsync(); // lost again: that is enough
        Assert.StartsWith("HTTP/1.1 502 ", await user.ReceiveUntilAsync("502 Bad Gateway\n"), StringComparison.Ordinal);
        Assert.Equal(2, edge.Hub.Opened);
    }

    [Fact]
    public async Task OptionsForTheServer_ReachesNobodyElse()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await User.ConnectAsync(edge.HttpPort);
        await user.SendAsync("OPTIONS * HTTP/1.1\r\nHost: app.test\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 501 ", await user.ReceiveUntilAsync("\r\n"), StringComparison.Ordinal);
        Assert.Equal(0, edge.Hub.Opened);
    }

    private static async Task LoseOnAnIdleConnectionAsync(EdgeUnderTest edge, User user, string request)
    {
        await user.SendAsync("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n");
        var stream = await edge.Hub.NextAsync();
        await stream.ReadHeadAsync();
        await stream.WriteTextAsync(Ok);
        await user.ReceiveUntilAsync("ok");

        await user.SendAsync(request);
        Assert.Contains(" HTTP/1.1\r\n", await stream.ReadHeadAsync(), StringComparison.Ordinal);
        await stream.EndAsync();
    }
}
