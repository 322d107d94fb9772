using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>Several hubs, edges and meshes of one region: nobody's death is a user's affair but of those whose way it was.</summary>
public sealed class RegionTests(RegionSystem region) : IClassFixture<RegionSystem>
{
    private const int Users = 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryEdge_ReachesEveryBackend_AtWhicheverHub()
    {
        foreach (var edge in new[] { 0, 1 })
        {
            foreach (var name in new[] { "first.region.test", "second.region.test", "both.region.test" }) Assert.True(await region.IsServedAsync(edge, name));
        }
    }

    [Fact]
    public async Task HubKilled_NewUsersOfANameThatAnotherServes_SeeNothing()
    {
        await region.Hubs[0].KillAsync();
        await AssertAllServedAsync("both.region.test");
        await region.WaitUntilGoneAsync(0, "first.region.test");
        await region.WaitUntilGoneAsync(1, "first.region.test");

        region.Hubs[0].Start();
        await region.Hubs[0].WaitUntilHealthyAsync();
        foreach (var edge in new[] { 0, 1 }) await region.WaitUntilServedAsync(edge, "first.region.test");
    }

    [Fact]
    public async Task HubFrozen_NewUsersOfANameThatAnotherServes_AreServedByThat()
    {
        region.Hubs[1].Process.Suspend();
        try
        {
            await AssertAllServedAsync("both.region.test");
        }
        finally
        {
            region.Hubs[1].Process.Resume();
        }

        foreach (var edge in new[] { 0, 1 }) await region.WaitUntilServedAsync(edge, "second.region.test");
    }

    [Fact]
    public async Task HubsRestarted_OneAfterTheOther_NoNewUserFails()
    {
        using var stop = new CancellationTokenSource();
        var load = LoadAsync("both.region.test", stop.Token);
        foreach (var hub in region.Hubs)
        {
            hub.Process.Terminate();
            Assert.Equal(0, await hub.Process.WaitForExitAsync(Cancellation));
            await hub.Process.DisposeAsync();
            hub.Start();
            await hub.WaitUntilHealthyAsync();
            // As an operator waits for a hub's clients before the next one.
            var number = Array.IndexOf(region.Hubs, hub);
            await region.WaitUntilServedByAsync(number, "both.region.test");
            await region.WaitUntilServedByAsync(number, number == 0 ? "first.region.test" : "second.region.test");
        }

        await stop.CancelAsync();
        var served = await load.BoundedAsync();
        Assert.True(served > 0);
    }

    [Fact]
    public async Task MeshKilled_EdgesAndHubsUseTheOther_AndTheRegionGoesOnLearning()
    {
        await region.Meshes[0].KillAsync();
        await AssertAllServedAsync("both.region.test");
        await using (var late = await region.StartClientAsync("late.region.test", 1))
        {
            Assert.True(await region.IsServedAsync(0, "late.region.test"));
        }

        region.Meshes[0].Start();
        await region.Meshes[0].WaitUntilHealthyAsync();
        await region.StartClientAsync("later.region.test", 0);
    }

    [Fact]
    public async Task RedisKilled_AndBackEmpty_NothingIsForgotten_AndNewNamesComeThrough()
    {
        await region.Redis.KillAsync();
        await AssertAllServedAsync("first.region.test", "second.region.test", "both.region.test");
        await region.Redis.StartAsync();
        await region.StartClientAsync("after.region.test", 0);
        await AssertAllServedAsync("first.region.test", "second.region.test", "both.region.test");
    }

    private async Task AssertAllServedAsync(params string[] names)
    {
        for (var i = 0; i < Users; i++)
        {
            foreach (var name in names) Assert.True(await region.IsServedAsync(i % 2, name), region.Describe());
        }
    }

    /// <summary>New users, one after the other at each edge; fails with the first that does.</summary>
    private async Task<int> LoadAsync(string name, CancellationToken stop)
    {
        var served = 0;
        while (!stop.IsCancellationRequested)
        {
            Assert.True(await region.IsServedAsync(served % 2, name), region.Describe());
            served++;
        }

        return served;
    }
}
