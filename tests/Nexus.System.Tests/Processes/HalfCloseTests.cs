using System.Net.Sockets;
using Nexus.SystemTests.Golden.Recordings;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>A FIN of either side passes through edge, hub and client, and the other direction goes on.</summary>
public abstract class HalfCloseTests(SystemUnderTest system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Statement("case 1", "seen 3", "node 70")]
    public async Task UsersFin_ReachesTheServiceBeforeItAnswers_AndTheAnswerTheUser()
    {
        var (user, service) = await system.Raw.ConnectAsync(system.RelayPort);
        using var _ = user;
        using var __ = service;
        var answer = Bytes(300_000);

        user.Shutdown(SocketShutdown.Send);
        Assert.Empty(await RawService.ReadToEndAsync(service)); // such a service answers when it has got everything
        await service.SendAsync(answer, Cancellation).BoundedAsync();
        service.Shutdown(SocketShutdown.Send);

        Assert.Equal(answer, await RawService.ReadToEndAsync(user));
    }

    [Fact]
    [Statement("case 2", "seen 3")]
    public async Task ServicesFin_ReachesTheUser_WhoGoesOnSending()
    {
        var (user, service) = await system.Raw.ConnectAsync(system.RelayPort);
        using var _ = user;
        using var __ = service;
        var answer = Bytes(200_000);
        var upload = Bytes(3_000_000);

        await service.SendAsync(answer, Cancellation).BoundedAsync();
        service.Shutdown(SocketShutdown.Send);
        Assert.Equal(answer, await RawService.ReadToEndAsync(user)); // its FIN included
        var received = RawService.ReadToEndAsync(service);
        await user.SendAsync(upload, Cancellation).BoundedAsync();
        user.Shutdown(SocketShutdown.Send);

        Assert.Equal(upload, await received);
    }

    [Fact]
    [Statement("case 2", "seen 3")]
    public async Task BothHalvesAtOnce_EachGetsAllOfTheOther()
    {
        var (user, service) = await system.Raw.ConnectAsync(system.RelayPort);
        using var _ = user;
        using var __ = service;
        var (up, down) = (Bytes(1_000_000), Bytes(1_500_000));
        var (atUser, atService) = (RawService.ReadToEndAsync(user), RawService.ReadToEndAsync(service));

        await Task.WhenAll(SendAndEndAsync(user, up), SendAndEndAsync(service, down)).BoundedAsync();

        Assert.Equal(down, await atUser);
        Assert.Equal(up, await atService);
    }

    private static async Task SendAndEndAsync(Socket socket, byte[] bytes)
    {
        await socket.SendAsync(bytes, Cancellation);
        socket.Shutdown(SocketShutdown.Send);
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Filler.Fill(bytes, (uint)count);
        return bytes;
    }
}
