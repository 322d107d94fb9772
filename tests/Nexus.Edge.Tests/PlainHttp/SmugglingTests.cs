using System.Text;
using Nexus.Edge.Tests.Fakes;

namespace Nexus.Edge.Tests.PlainHttp;

/// <summary>What two readers could understand differently never reaches a backend: refused, or passed on in one clear form.</summary>
public sealed class SmugglingTests
{
    private const string Post = "POST / HTTP/1.1\r\nHost: app.test\r\n";

    [Theory]
    [InlineData("GET /a\rb HTTP/1.1\r\nHost: app.test\r\n\r\n")]
    [InlineData("GET /a b HTTP/1.1\r\nHost: app.test\r\n\r\n")]
    [InlineData("GET /b\u00FCcher HTTP/1.1\r\nHost: app.test\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.test\r\nHost: other.test\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost : app.test\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.test\r\nX: 1\r\n 2\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.test\r\nX: 1\rY: 2\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.test\r\nX: a\u0000b\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.test evil.test\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: user@app.test\r\n\r\n")]
    [InlineData("GET http://a.wild.test/ HTTP/1.1\r\nHost: app.test\r\n\r\n")]
    [InlineData("GET https://app.test/ HTTP/1.1\r\nHost: app.test\r\n\r\n")]
    [InlineData("CONNECT app.test:80 HTTP/1.1\r\nHost: app.test:80\r\n\r\n")]
    [InlineData(Post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\naaaaaa")]
    [InlineData(Post + "Content-Length: 5, 6\r\n\r\naaaaaa")]
    [InlineData(Post + "Content-Length: 5.0\r\n\r\naaaaa")]
    [InlineData(Post + "Content-Length: -5\r\n\r\naaaaa")]
    [InlineData(Post + "Content-Length: 18446744073709551621\r\n\r\naaaaa")]
    [InlineData(Post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData(Post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData(Post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(Post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(Post + "Transfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n")]
    [InlineData(Post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(Post + "Transfer-Encoding: chunked\u0000\r\n\r\n0\r\n\r\n")]
    [Statement("seen 10")]
    public async Task Ambiguous_IsRefusedAndReachesNobody(string request)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await User.ConnectAsync(edge.HttpPort);
        await user.SendAsync(request);

        Assert.Matches("^HTTP/1.1 (400|421|501) ", await user.ReceiveUntilAsync("\r\n"));
        Assert.Equal(0, edge.Hub.Opened);
    }

    /// <summary>The server reads these in one way; the backend gets that reading, not the original bytes.</summary>
    [Theory]
    [InlineData("Content-Length: +5", "aaaaa", "Content-Length: 5", "aaaaa")]
    [InlineData("Content-Length: 0005", "aaaaa", "Content-Length: 5", "aaaaa")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 4", "5\r\nGPOST\r\n0\r\n\r\n", "Transfer-Encoding: chunked", "5\r\nGPOST\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 0\r\nTransfer-Encoding: chunked", "0\r\n\r\n", "Transfer-Encoding: chunked", "0\r\n\r\n")]
    public async Task Lenient_IsRefusedOrArrivesInOneForm(string fields, string body, string arrivingField, string arrivingBody)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await User.ConnectAsync(edge.HttpPort);
        await user.SendAsync($"{Post}{fields}\r\n\r\n{body}GET /next HTTP/1.1\r\nHost: app.test\r\n\r\n");

        var answered = user.ReceiveUntilAsync("\r\n");
        var arrived = edge.Hub.NextAsync();
        if (await Task.WhenAny(answered, arrived) == answered)
        {
            Assert.StartsWith("HTTP/1.1 400 ", await answered, StringComparison.Ordinal);
            return;
        }
        var stream = await arrived;
        var framing = (await stream.ReadHeadAsync()).Split("\r\n").Where(line => line.StartsWith("Content-Length", StringComparison.OrdinalIgnoreCase) || line.StartsWith("Transfer-Encoding", StringComparison.OrdinalIgnoreCase));
        Assert.Equal([arrivingField], framing);
        Assert.Equal(arrivingBody, await stream.ReadTextAsync(Encoding.Latin1.GetByteCount(arrivingBody)));
    }
}
