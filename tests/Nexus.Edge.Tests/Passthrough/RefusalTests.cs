using System.Globalization;
using System.Text;
using Grpc.Core;
using Nexus.Contracts.Carriers;
using Nexus.Edge.Passthrough;
using Nexus.Edge.Tests.Fakes;
using Nexus.Edge.Tests.Peeking;

namespace Nexus.Edge.Tests.Passthrough;

/// <summary>What users are told whose connection goes nowhere; statement 78 (not a byte) is not followed, on purpose.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: unknown.test\r\n\r\n", 404)]
    [InlineData("GET / HTTP/1.0\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: app.test\r\nHost: b.test\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost app.test\r\n\r\n", 400)]
    [InlineData("GET /a b HTTP/1.1\r\nHost: app.test\r\n\r\n", 400)]
    [InlineData("\r\nGET / HTTP/9.9\r\nHost: app.test\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n", 421)]
    [InlineData("CONNECT other.test:443 HTTP/1.1\r\nHost: app.test\r\n\r\n", 421)]
    [Statement("seen 10", "node 78", "node 83")]
    public async Task Http_ThatGoesNowhere_GetsAPage(string request, int status)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await edge.ConnectAsync();
        await user.SendAsync(request);

        var page = await user.ReceivePageAsync();
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} "), page, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", page, StringComparison.Ordinal);
        Assert.Contains("\r\nCache-Control: no-store\r\n", page, StringComparison.Ordinal);
        var (head, body) = (page[..page.IndexOf("\r\n\r\n", StringComparison.Ordinal)], page[(page.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"\r\nContent-Length: {body.Length}"), head, StringComparison.Ordinal);
        Assert.Equal(0, edge.Hub.Opened);
    }

    [Fact]
    [Statement("node 84")]
    public async Task Http_HeadOver65536Bytes_GetsAPage()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await edge.ConnectAsync();
        await user.SendAsync("GET / HTTP/1.1\r\nHost: app.test\r\n");
        await user.SendAsync("X: " + new string('x', 70_000)); // some of it unread when the page is sent: it arrives all the same

        Assert.StartsWith("HTTP/1.1 431 ", await user.ReceivePageAsync(), StringComparison.Ordinal);
        Assert.Equal("peek_too_large", await edge.EndOfAsync());
    }

    [Theory]
    [InlineData(StatusCode.NotFound, 503)]
    [InlineData(StatusCode.ResourceExhausted, 503)]
    [InlineData(StatusCode.Unavailable, 503)]
    [InlineData(StatusCode.Unimplemented, 502)]
    [Statement("seen 11", "node 78")]
    public async Task Http_NoTargetTakesIt_GetsAPage(StatusCode refusal, int status)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        edge.Hub.Refusal = refusal;
        using var user = await edge.ConnectAsync();
        await user.SendAsync("HEAD / HTTP/1.1\r\nHost: app.test\r\n\r\n");

        var page = await user.ReceivePageAsync();
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} "), page, StringComparison.Ordinal);
        Assert.Equal(status == 503, page.Contains("\r\nRetry-After: 5\r\n", StringComparison.Ordinal));
        Assert.EndsWith("\r\n\r\n", page, StringComparison.Ordinal); // HEAD: no body
    }

    [Theory]
    [InlineData("dial_failed", "dial_failed")]
    [InlineData("session_lost", "backend_reset")]
    [Statement("seen 11")]
    public async Task Tls_BackendBreaksBeforeItsFirstByte_GetsAnAlert(string hubsReason, string reason)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var (user, stream) = await edge.ConnectThroughAsync();
        using var _ = user;
        stream.Abort(hubsReason);

        await user.AssertAlertAsync(TlsAlert.InternalError);
        Assert.Equal(reason, await edge.EndOfAsync());
    }

    [Theory]
    [InlineData("dial_failed")]
    [InlineData("session_lost")]
    [Statement("seen 11")]
    public async Task Http_BackendBreaksBeforeItsFirstByte_GetsAPage(string hubsReason)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await edge.ConnectAsync();
        await user.SendAsync("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 100\r\n\r\nhalf");
        var stream = await edge.Hub.NextAsync();
        await stream.ReadHeadAsync();
        user.HalfClose();
        stream.Abort(hubsReason);

        Assert.StartsWith("HTTP/1.1 502 ", await user.ReceivePageAsync(), StringComparison.Ordinal);
    }

    /// <summary>Neither TLS nor HTTP: there are no words, but a service that was never there lost nothing, and a lost session did.</summary>
    [Theory]
    [InlineData("dial_failed")]
    [InlineData("session_lost")]
    public async Task Other_BackendBreaksBeforeItsFirstByte_SeesTheEnd(string hubsReason)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        edge.Claim(edge.RelayPort);
        await edge.RoutesInForceAsync(2);
        using var user = await edge.ConnectAsync();
        await user.SendAsync("\0\x01\x02");
        var stream = await edge.Hub.NextAsync();
        Assert.Equal(3, (await stream.ReadAsync(3)).Length);
        stream.Abort(hubsReason);

        if (hubsReason == "dial_failed") await user.AssertClosedWithoutAByteAsync();
        else await user.AssertResetAsync();
    }

    [Fact]
    public async Task Tls_BackendBreaksAfterItsFirstByte_SeesAReset()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var (user, stream) = await edge.ConnectThroughAsync();
        using var _ = user;
        await stream.WriteAsync(new byte[1]);
        await user.ReceiveAsync(1);
        stream.Abort("dial_failed");

        await user.AssertResetAsync();
    }

    [Fact]
    public async Task Tls_BackendEndsInOrderWithoutAByte_SeesThatEnd()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var (user, stream) = await edge.ConnectThroughAsync();
        using var _ = user;
        await stream.EndAsync();

        Assert.Empty(await user.ReceiveToEndAsync());
    }

    [Fact]
    [Statement("node 81", "seen 11", "case 9")]
    public async Task Tls_WithoutName_GetsAnAlert()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await edge.ConnectAsync();
        await user.SendAsync(Hellos.WithoutName());

        await user.AssertAlertAsync(TlsAlert.UnrecognizedName);
        Assert.Equal("no_name", await edge.EndOfAsync());
    }

    /// <summary>Not the edge's own words alone: a TLS stack understands them.</summary>
    [Theory]
    [InlineData("unknown.test")]
    [InlineData("")]
    [Statement("seen 11", "case 9", "case 10")]
    public async Task OpenSsl_UnderstandsTheAlert(string name)
    {
        var openssl = DebianProgram.SkipUnlessInstalled("openssl");
        await using var edge = await EdgeUnderTest.StartAsync();
        string[] arguments = ["s_client", "-connect", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{edge.RelayPort}"), .. name.Length > 0 ? new[] { "-servername", name } : ["-noservername"]];
        foreach (var version in new[] { "-tls1_2", "-tls1_3" })
        {
            await using var client = RealProcess.Start(openssl, [.. arguments, version]);
            await client.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Contains("unrecognized name", client.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(4, 3)]
    public void Alert_HasTheNewestVersionThatTheHelloOffers(byte offered, byte expected)
    {
        var hello = Hellos.For("unknown.test");
        hello[10] = offered;
        Assert.Equal([21, 3, expected, 0, 2, 2, 112], TlsAlert.Create(hello, TlsAlert.UnrecognizedName));
    }

    /// <summary>Somebody who neither reads nor ends has the edge's socket for a moment only.</summary>
    [Fact]
    public async Task User_NeitherEndsNorStops_IsClosedAfterTheLimit()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var armed = edge.Time.WaitForTimerAsync(LingeringClose.Limit, TestContext.Current.CancellationToken);
        using var user = await edge.ConnectAsync();
        await user.SendAsync(Hellos.For("unknown.test"));
        await armed.BoundedAsync();
        edge.Time.Advance(LingeringClose.Limit);
        Assert.Equal("unknown_host", await edge.EndOfAsync());
    }

    [Fact]
    public void EveryReason_HasWords_OrNone()
    {
        var http = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n");
        foreach (var reason in Enum.GetValues<CloseReason>())
        {
            foreach (var bytes in new[] { Hellos.For("app.test"), http, [0, 1, 2], [] })
            {
                var words = Refusal.WordsFor(reason, OpenRefusal.NotFound, bytes);
                Assert.True(words.Length == 0 || bytes.Length > 3);
                Assert.DoesNotContain("Nexus", Encoding.ASCII.GetString(words), StringComparison.OrdinalIgnoreCase);
            }
        }
    }
}
