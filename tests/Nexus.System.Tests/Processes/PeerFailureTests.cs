using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>
/// What the death of either mesh means for users in another region than their backend: nobody hangs, on neither side, and all is served
/// again afterwards. The original's users hang for good.
/// </summary>
public sealed class PeerFailureTests(PeerSystem system) : IClassFixture<PeerSystem>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ServiceProcess Near => system.NearMesh ?? throw new InvalidOperationException("There is one region only.");

    [Fact]
    [Statement("seen 6", "node 125")]
    public async Task FarMeshKilled_UsersEnd_SoDoTheirServices_AndItIsDialledAgain()
    {
        await system.WaitUntilServedAsync();
        var (user, service) = await system.Raw.ConnectAsync(system.RelayPort);
        using var _ = user;
        using var __ = service;

        await system.Mesh.KillAsync();
        Assert.True(await user.IsEndedAsync(), "The user's connection stayed open.");
        Assert.True(await service.IsEndedAsync(), "The service's connection stayed open.");

        system.Mesh.Start();
        await system.Mesh.WaitUntilHealthyAsync();
        await system.WaitUntilServedAsync();
    }

    [Fact]
    [Statement("seen 6", "node 125")]
    public async Task NearMeshKilled_UsersEnd_SoDoTheirServices_AndItServesAgain()
    {
        await system.WaitUntilServedAsync();
        var (user, service) = await system.Raw.ConnectAsync(system.RelayPort);
        using var _ = user;
        using var __ = service;

        await Near.KillAsync();
        Assert.True(await user.IsEndedAsync(), "The user's connection stayed open.");
        Assert.True(await service.IsEndedAsync(), "The service's connection stayed open.");

        Near.Start();
        await Near.WaitUntilHealthyAsync();
        await system.WaitUntilServedAsync();
    }

    [Fact]
    [Statement("seen 6")]
    public async Task FarMeshFrozen_TheUsersMeshNotices_AndEndsThem()
    {
        await system.WaitUntilServedAsync();
        var (user, service) = await system.Raw.ConnectAsync(system.RelayPort);
        using var _ = user;
        using var __ = service;

        system.Mesh.Process.Suspend();
        try
        {
            Assert.True(await user.IsEndedAsync(), "The user's connection stayed open.");
            await Near.Process.WaitForLineAsync("is over: Frozen", Cancellation);
        }
        finally
        {
            system.Mesh.Process.Resume();
        }

        Assert.True(await service.IsEndedAsync(), "The service's connection stayed open.");
        await system.WaitUntilServedAsync();
    }

    [Fact]
    [Statement("seen 6")]
    public async Task NearMeshFrozen_TheBackendsMeshNotices_AndEndsTheServices()
    {
        await system.WaitUntilServedAsync();
        var (user, service) = await system.Raw.ConnectAsync(system.RelayPort);
        using var _ = user;
        using var __ = service;

        Near.Process.Suspend();
        try
        {
            Assert.True(await service.IsEndedAsync(), "The service's connection stayed open.");
            await system.Mesh.Process.WaitForLineAsync("is over: Frozen", Cancellation);
        }
        finally
        {
            Near.Process.Resume();
        }

        Assert.True(await user.IsEndedAsync(), "The user's connection stayed open.");
        await system.WaitUntilServedAsync();
    }
}
