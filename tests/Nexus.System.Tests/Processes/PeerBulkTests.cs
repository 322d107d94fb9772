using System.Net.Sockets;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>Many users at once through one link, one of whom reads nothing: the cases in which the original loses bytes, or stands still.</summary>
public sealed class PeerBulkTests(PeerSystem system) : IClassFixture<PeerSystem>
{
    private const int Size = 32 << 20;
    private static readonly string s_expected = TestOrigin.HashOf(TestOrigin.Blocks(Size));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(8)]
    [InlineData(32)]
    [Statement("seen 4", "seen 5", "node 123", "node 124")]
    public async Task Downloads_BesideOneWhoReadsNothing_ArriveWhole(int users)
    {
        var (stuck, service) = await StartStuckAsync();
        using var _ = stuck;
        using var __ = service;

        var hashes = await Task.WhenAll(Enumerable.Range(0, users).Select(_ => DownloadAsync())).WaitAsync(TestTimeouts.Long, Cancellation);
        Assert.All(hashes, hash => Assert.Equal(s_expected, hash));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(32)]
    [Statement("seen 4", "node 124")]
    public async Task Uploads_BesideOneWhoReadsNothing_ArriveWhole(int users)
    {
        var (stuck, service) = await StartStuckAsync();
        using var _ = stuck;
        using var __ = service;

        var hashes = await Task.WhenAll(Enumerable.Range(0, users).Select(_ => UploadAsync())).WaitAsync(TestTimeouts.Long, Cancellation);
        Assert.All(hashes, hash => Assert.Equal(s_expected, hash));
    }

    /// <summary>A user who reads nothing of a download without end: by the time it is returned the service cannot send any more.</summary>
    private async Task<(Socket User, Socket Service)> StartStuckAsync()
    {
        var (user, service) = await system.Raw.ConnectAsync(system.RelayPort, receiveBuffer: 16 * 1024);
        service.Blocking = false;
        var block = new byte[1 << 20];
        var sent = 0;
        for (var fullTimes = 0; fullTimes < 5;)
        {
            if (service.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectWrite)) (sent, fullTimes) = (sent + service.Send(block, SocketFlags.None), 0);
            else fullTimes++;
            Assert.True(sent < 256 << 20, "Somebody takes what nobody reads.");
        }

        return (user, service);
    }

    private async Task<string> DownloadAsync()
    {
        using var user = system.CreateUser();
        await using var body = await user.GetStreamAsync(new Uri($"https://app.test:{system.RelayPort}/bytes/{Size}"), Cancellation);
        return await TestOrigin.HashOfAsync(body, Cancellation);
    }

    private async Task<string> UploadAsync()
    {
        using var user = system.CreateUser();
        using var answer = await user.PostAsync(new Uri($"https://app.test:{system.RelayPort}/hash"), new BlockContent(Size), Cancellation);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }
}
