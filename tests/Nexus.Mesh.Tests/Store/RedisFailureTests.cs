using Microsoft.Extensions.Diagnostics.HealthChecks;
using Nexus.Mesh.Directory;
using Nexus.Mesh.Store;

namespace Nexus.Mesh.Tests.Store;

/// <summary>What only redis-server can be brought to, too.</summary>
public sealed class RedisFailureTests() : StoreFailureTests(RedisKind.Redis)
{
    /// <summary>As docs/operations.md has it.</summary>
    private static readonly string[] s_commands =
    [
        "+ping", "+info", "+echo", "+select", "+hget", "+hset", "+hdel", "+hscan", "+pexpire", "+pttl", "+del", "+set", "+get",
        "+sadd", "+srem", "+smembers", "+sismember", "+publish", "+subscribe", "+unsubscribe",
    ];

    [Fact]
    public async Task Subscription_ThatIsCut_HealsWithinTheRenewal()
    {
        var (one, two) = (await Region.StartAsync(), await Region.StartAsync());
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        await StoreRegion.KnowsAsync(two, "hub/app.test=1");
        for (var round = 1; round <= 5; round++)
        {
            await Redis.SendAsync("CLIENT", "KILL", "TYPE", "pubsub");
            StoreRegion.Change(hub, "app.test", round + 1);
            await StoreRegion.KnowsAsync(two, $"hub/app.test={round + 1}");
        }
    }

    [Fact]
    public async Task Connection_MadeAnew_RenewsAtOnce()
    {
        var one = await Region.StartAsync(("Nexus:Mesh:Store:Lease", "00:02:00"), ("Nexus:Mesh:Store:RenewInterval", "00:01:00"), ("Nexus:Mesh:Store:ReconcileInterval", "00:01:00"));
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        await Eventually.SucceedsAsync(async () => await Redis.SendAsync("PTTL", KeyOfHub) is > 0L, () => "It is not in Redis.");
        await Redis.SendAsync("PEXPIRE", KeyOfHub, "60000");
        await Redis.SendAsync("CLIENT", "KILL", "TYPE", "normal");

        await Eventually.SucceedsAsync(async () => await Redis.SendAsync("PTTL", KeyOfHub) is > 60_000L, () => "It was not renewed.");
    }

    [Fact]
    public async Task Redis_Full_OwnHubsAreServedAndTheRestFollowsWhenThereIsRoom()
    {
        var (one, two) = (await Region.StartAsync(), await Region.StartAsync());
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        await StoreRegion.KnowsAsync(two, "hub/app.test=1");

        await Redis.SendAsync("CONFIG", "SET", "maxmemory-policy", "noeviction", "maxmemory", "1mb");
        StoreRegion.Change(hub, "b.test", 1);
        await StoreRegion.FailsAsync(one, StoreFailure.Full);
        await StoreFailureTests.AssertHealthAsync(one, HealthStatus.Degraded);
        Assert.Equal(["hub/app.test=1", "hub/b.test=1"], StoreRegion.Routes(one));
        using var gone = StoreRegion.Announce(one, "gone", 1, ("gone.test", 1));
        gone.Finish(AnnouncementEnd.Lost);
        Assert.True(StoreRegion.StatusOf(one).IsConnected);

        await Redis.SendAsync("CONFIG", "SET", "maxmemory", "0");
        await StoreRegion.KnowsAsync(two, "hub/app.test=1", "hub/b.test=1");
        await StoreRegion.ConnectedAsync(one);
        await StoreFailureTests.AssertHealthAsync(one, HealthStatus.Healthy);
        Assert.Equal(["Information", "Warning", "Information"], ToldBy(one));
    }

    [Fact]
    public async Task Password_Wrong_IsToldOnceAndNotRepeated()
    {
        await Redis.SendAsync("CONFIG", "SET", "requirepass", "right-Secret");
        var one = await Region.StartAsync($"{Redis.ConnectionString},password=wrong-Secret");
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        await StoreRegion.FailsAsync(one, StoreFailure.Denied);
        await one.Metrics.WaitForAtLeastAsync("nexus.mesh.store.failures", 3, ("error.type", "denied"));
        await StoreFailureTests.AssertHealthAsync(one, HealthStatus.Degraded);
        Assert.Equal(["Warning"], ToldBy(one));

        var two = await Region.StartAsync($"redis://:right-Secret@127.0.0.1:{Redis.Port}");
        await StoreRegion.ConnectedAsync(two);
        Assert.DoesNotContain(one.Logs.Records.Concat(two.Logs.Records), log => $"{log.Message}{log.Exception}".Contains("Secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task User_ConfinedToOurKeysAndCommands_CanDoAllThatIsNeeded()
    {
        await Redis.SendAsync(["ACL", "SETUSER", "default", "resetpass", ">word", "resetkeys", "resetchannels", $"~{Region.Prefix}:*", $"&{Region.Prefix}:*", "-@all", "+acl", .. s_commands]);
        Redis.Password = "word";
        var connection = $"{Redis.ConnectionString},password=word";
        var (one, two) = (await Region.StartAsync(connection), await Region.StartAsync(connection));
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1), ("b.test", 1));
        await StoreRegion.KnowsAsync(two, "hub/app.test=1", "hub/b.test=1");
        StoreRegion.Change(hub, "b.test", 0);
        await StoreRegion.KnowsAsync(two, "hub/app.test=1");
        hub.Finish(AnnouncementEnd.Lost);
        await StoreRegion.KnowsAsync(two);
        await one.App.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
        await StoreRegion.ConnectedAsync(two);
        Assert.Equal(["Information"], ToldBy(two));
        // The client library tries a little more when it connects; what we need is in the list.
        var denied = (await Redis.SendAsync("ACL", "LOG") as object[] ?? []).Cast<object?[]>().Select(entry => $"{entry[7]}").Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(["client|setname", "cluster|nodes", "config|get"], denied);
    }

    [Fact]
    public async Task User_WithoutPermissionToWrite_ReadsAndIsDegraded()
    {
        var one = await Region.StartAsync();
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        await Eventually.SucceedsAsync(async () => await Redis.SendAsync("EXISTS", $"{Region.Prefix}:{{default}}:announcements") is 1L, () => "It is not in Redis.");
        await Redis.SendAsync(["ACL", "SETUSER", "default", "-hset"]);
        var two = await Region.StartAsync();
        using var own = StoreRegion.Announce(two, "own", 1, ("own.test", 1));
        await StoreRegion.KnowsAsync(two, "hub/app.test=1", "own/own.test=1");
        await StoreRegion.FailsAsync(two, StoreFailure.Denied);
        await StoreFailureTests.AssertHealthAsync(two, HealthStatus.Degraded);

        await Redis.SendAsync(["ACL", "SETUSER", "default", "+hset"]);
        await StoreRegion.KnowsAsync(one, "hub/app.test=1", "own/own.test=1");
        await StoreRegion.ConnectedAsync(two);
    }

    [Fact]
    public async Task User_WithoutPermissionForTheChannel_HearsOfChangesByLookingAndIsDegraded()
    {
        await Redis.SendAsync(["ACL", "SETUSER", "default", "resetchannels", "&nothing"]);
        var one = await Region.StartAsync();
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        await StoreRegion.FailsAsync(one, StoreFailure.Denied, StoreFailure.Silent);
    }
}
