using System.Net.Sockets;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>Users of port 80 whose sockets are handed over; each test has a system of its own, which has served nobody on that port.</summary>
public sealed class PlainHttpHandOverTests : IAsyncLifetime
{
    private SystemUnderTest System { get; } = new();

    public ValueTask InitializeAsync() => System.InitializeAsync();

    public ValueTask DisposeAsync() => System.DisposeAsync();

    [Fact]
    public async Task HandOverSocketAway_TheConnectionGoesByGrpc()
    {
        File.Delete(System.HandOverPath); // the first stream of the edge makes the connection
        var before = await UnixSockets.CountUnnamedAsync(System.Edge.Process.Id);
        var (user, service) = await System.Raw.ConnectAsync(System.PlainPort);
        using var _ = user;
        using var __ = service;
        Assert.Equal(before, await UnixSockets.CountUnnamedAsync(System.Edge.Process.Id));
    }

    [Fact]
    public async Task ThreeHundredConnections_LeaveNoDescriptorBehind()
    {
        const int Users = 300;
        const int AtOnce = 30;
        const int Others = 20; // connections between the services, pipes of the runtime
        await ConnectManyAsync(AtOnce, AtOnce); // what the processes open only once
        var before = Descriptors();
        await ConnectManyAsync(Users, AtOnce);
        await Eventually.SucceedsAsync(
            async () => Descriptors() <= before + Others && await PairsAsync() == 0,
            () => $"{before} descriptors before, {Descriptors()} after {Users} connections.");
    }

    private async Task ConnectManyAsync(int count, int atOnce)
    {
        for (var i = 0; i < count; i += atOnce)
        {
            var pairs = new List<(Socket User, Socket Service)>();
            for (var j = 0; j < atOnce; j++) pairs.Add(await System.Raw.ConnectAsync(System.PlainPort));
            Assert.InRange(await PairsAsync(), 2 * atOnce, int.MaxValue); // one end in each process
            for (var j = 0; j < atOnce; j++)
            {
                var (user, service) = pairs[j];
                if (j % 2 == 0)
                {
                    user.Dispose();
                    Assert.True(await service.IsEndedAsync());
                }

                service.Dispose(); // else a page tells the user so, who leaves then
                if (j % 2 == 1) Assert.NotEqual(0, await user.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken).BoundedAsync());
                user.Dispose();
            }
        }
    }

    private async Task<int> PairsAsync() =>
        await UnixSockets.CountUnnamedAsync(System.Edge.Process.Id) + await UnixSockets.CountUnnamedAsync(System.Hub.Process.Id);

    private int Descriptors() => new[] { System.Edge, System.Hub }.Sum(service => Directory.EnumerateFileSystemEntries($"/proc/{service.Process.Id}/fd").Count());
}
