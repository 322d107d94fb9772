using System.Net.Sockets;
using Nexus.SystemTests.Golden.Recordings;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>What users notice when the line between hub and client stalls, breaks, or its client is killed.</summary>
public sealed class LinkTests(SystemUnderTest system) : IClassFixture<SystemUnderTest>
{
    private const int Uploads = 8;
    private const int UploadSize = 3_000_000; // more than sockets and windows on the way hold
    private static readonly TimeSpan s_stall = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Statement("node 72", "seen 1")]
    public async Task EightUploads_OverALinkThatStallsForFiveSeconds_AllComplete()
    {
        await using var link = new ChaosProxy(system.HubPort);
        await using var client = await system.StartLinkedClientAsync(link.Port);
        List<(Socket User, Socket Service)> pairs = [];
        for (var i = 0; i < Uploads; i++) pairs.Add(await ConnectAsync());

        var stuck = link.Stall();
        var received = pairs.Select(pair => RawService.ReadToEndAsync(pair.Service)).ToList();
        var sending = pairs.Select((pair, i) => SendAndEndAsync(pair.User, Bytes(UploadSize, i))).ToList();
        await stuck.BoundedAsync();
        using (var rest = new PeriodicTimer(s_stall)) await rest.WaitForNextTickAsync(Cancellation); // the length that the statement names
        Assert.All(received, upload => Assert.False(upload.IsCompleted));
        link.Resume();

        await Task.WhenAll(sending).BoundedAsync();
        for (var i = 0; i < Uploads; i++) Assert.Equal(Bytes(UploadSize, i), await received[i].BoundedAsync());
        foreach (var (user, service) in pairs) Close(user, service);
    }

    [Fact]
    [Statement("node 146", "seen 9")]
    public async Task LinkCutInTheMiddleOfAFrame_WithoutAWord_FreesUserAndService()
    {
        await using var link = new ChaosProxy(system.HubPort, slice: 1_000); // frames are larger
        await using var client = await system.StartLinkedClientAsync(link.Port);
        var (user, service) = await ConnectAsync();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var download = PushAsync(service, enough.Token);
        var upload = PushAsync(user, enough.Token);

        await link.Stall().BoundedAsync(); // and it never goes on

        Assert.True(await user.IsEndedAsync());
        Assert.True(await service.IsEndedAsync());
        await enough.CancelAsync();
        await Task.WhenAll(download, upload).BoundedAsync();
        Close(user, service);
    }

    [Fact]
    [Statement("node 146", "node 73")]
    public async Task ClientKilledInTheMiddleOfATransfer_FreesUserAndService_AndOthersGoOn()
    {
        await using var client = await system.StartLinkedClientAsync(system.HubPort);
        var (user, service) = await ConnectAsync();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var download = PushAsync(service, enough.Token);
        Assert.True(await user.ReceiveAsync(new byte[1], Cancellation).BoundedAsync() > 0);

        client.Kill();

        Assert.True(await user.IsEndedAsync());
        await download.BoundedAsync();
        await system.WaitUntilServedAsync();
        Close(user, service);
    }

    [Fact]
    [Statement("case 4")]
    public async Task UsersReset_EndsTheServicesConnection()
    {
        var (user, service) = await system.Raw.ConnectAsync(system.RelayPort);
        user.LingerState = new LingerOption(enable: true, seconds: 0);
        user.Dispose();

        Assert.True(await service.IsEndedAsync());
        service.Dispose();
    }

    private static void Close(Socket user, Socket service)
    {
        user.Dispose();
        service.Dispose();
    }

    private static async Task SendAndEndAsync(Socket socket, byte[] bytes)
    {
        await socket.SendAsync(bytes, Cancellation);
        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task PushAsync(Socket socket, CancellationToken cancellationToken)
    {
        var block = Bytes(64 * 1024, 0);
        try
        {
            while (true) await socket.SendAsync(block, cancellationToken);
        }
        catch (Exception ex) when (ex is SocketException or OperationCanceledException)
        {
            // The connection has ended, or the test.
        }
    }

    private static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        Filler.Fill(bytes, (uint)(count + seed));
        return bytes;
    }

    private Task<(Socket User, Socket Service)> ConnectAsync() => system.Raw.ConnectAsync(system.RelayPort, name: RawService.LinkedName);
}
