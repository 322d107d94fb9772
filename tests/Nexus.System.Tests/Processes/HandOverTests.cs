using System.Security.Cryptography;
using Nexus.SystemTests.Golden.Recordings;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>What hand-over means for users and processes: each test has a system of its own.</summary>
public sealed class HandOverTests : IAsyncLifetime
{
    private readonly SystemUnderTest _system = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _system.InitializeAsync();

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EdgeThatEndsInTheMiddleOfADownload_DropsNothing(bool isOrderly)
    {
        var (user, service) = await _system.Raw.ConnectAsync(_system.RelayPort);
        using var _ = user;
        using var __ = service;
        var answer = new byte[64 << 20];
        Filler.Fill(answer, 7);
        var sending = SendAsync();
        var first = new byte[1 << 20];
        var begun = await user.ReceiveAsync(first, Cancellation).BoundedAsync();

        if (isOrderly)
        {
            _system.Edge.Process.Terminate();
            Assert.Equal(0, await _system.Edge.Process.WaitForExitAsync(Cancellation)); // without waiting for the download
        }
        else
        {
            await _system.Edge.KillAsync();
        }

        _system.Edge.Start();
        await _system.Edge.WaitUntilHealthyAsync();
        byte[] received = [.. first[..begun], .. await RawService.ReadToEndAsync(user)];
        await sending.BoundedAsync();
        Assert.Equal(Convert.ToHexString(SHA256.HashData(answer)), Convert.ToHexString(SHA256.HashData(received)));
        await _system.WaitUntilServedAsync();

        async Task SendAsync()
        {
            await service.SendAsync(answer, Cancellation);
            service.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        }
    }

    [Fact]
    public async Task ThousandConnections_LeaveNoDescriptorBehind()
    {
        const int Users = 1_000;
        const int AtOnce = 50;
        const int Others = 20; // connections between the services, pipes of the runtime
        await ConnectManyAsync(AtOnce, AtOnce); // what the processes open only once
        var before = DescriptorsOf(_system.Edge, _system.Hub);

        await ConnectManyAsync(Users, AtOnce);
        await Eventually.SucceedsAsync(
            () => Task.FromResult(DescriptorsOf(_system.Edge, _system.Hub) <= before + Others),
            () => $"{before} descriptors before, {DescriptorsOf(_system.Edge, _system.Hub)} after {Users} connections.");
    }

    private async Task ConnectManyAsync(int count, int atOnce)
    {
        foreach (var chunk in Enumerable.Range(0, count).Chunk(atOnce))
        {
            var pairs = new List<(System.Net.Sockets.Socket User, System.Net.Sockets.Socket Service)>();
            foreach (var _ in chunk) pairs.Add(await _system.Raw.ConnectAsync(_system.RelayPort));
            foreach (var (user, service) in pairs)
            {
                service.Dispose();
                Assert.True(await user.IsEndedAsync());
                user.Dispose();
            }
        }
    }

    private static int DescriptorsOf(params ServiceProcess[] services) =>
        services.Sum(service => Directory.EnumerateFileSystemEntries($"/proc/{service.Process.Id}/fd").Count());
}
