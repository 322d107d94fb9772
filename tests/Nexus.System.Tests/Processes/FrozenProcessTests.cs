using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>
/// A process that is stopped keeps its connections open and says nothing. Its users are closed before they have waited 15 s; the tests
/// themselves wait longer, and read who has noticed.
/// </summary>
public abstract class FrozenProcessTests(SystemUnderTest system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Statement("seen 9")]
    public async Task FrozenClient_ItsUsersAreClosed_AndItIsServedAgainWhenItGoesOn()
    {
        await system.WaitUntilServedAsync(); // whatever was frozen before
        var (user, service) = await system.Raw.ConnectAsync(system.RelayPort);
        using var _ = user;
        using var __ = service;

        system.Client.Suspend();
        Assert.True(await user.IsEndedAsync(), "The user's connection stayed open.");
        await system.Hub.Process.WaitForLineAsync("session ended, Frozen", Cancellation);

        system.Client.Resume();
        await system.WaitUntilServedAsync();
    }

    [Fact]
    [Statement("seen 9")]
    public async Task FrozenHub_ItsUsersAreClosedByTheEdge_AndAllIsBackWhenItGoesOn()
    {
        await system.WaitUntilServedAsync();
        var (user, service) = await system.Raw.ConnectAsync(system.RelayPort);
        using var _ = user;
        using var __ = service;

        system.Hub.Process.Suspend();
        Assert.True(await user.IsEndedAsync(), "The user's connection stayed open.");
        Assert.True(await service.IsEndedAsync(), "The service's connection stayed open.");

        system.Hub.Process.Resume();
        await system.WaitUntilServedAsync();
    }
}
