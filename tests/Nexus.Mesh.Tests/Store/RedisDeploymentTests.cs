using System.Globalization;
using Nexus.Mesh.Store;
using Nexus.Mesh.Tests.Directory;
using Nexus.ServiceDefaults;

namespace Nexus.Mesh.Tests.Store;

/// <summary>The ways Redis is run: with TLS, as a cluster, with a replica that takes over; and a mesh that is killed.</summary>
public sealed class RedisDeploymentTests
{
    [Fact]
    public async Task Redis_WithTls_IsTrustedByTheAuthorityGivenOnly()
    {
        using var authority = new TestCertificates();
        using var folder = new TemporaryFolder();
        using var port = FreePort.Reserve();
        var (certificate, key) = authority.IssuePem("127.0.0.1", "localhost").WriteTo(folder.Path);
        await File.WriteAllTextAsync(folder.PathOf("ca.pem"), authority.RootPem, TestContext.Current.CancellationToken);
        await using var redis = await RedisUnderTest.StartAsync(
            RedisKind.Redis, "--tls-port", Text(port.Port), "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", folder.PathOf("ca.pem"), "--tls-auth-clients", "no");
        await using var region = new StoreRegion(redis);
        var one = await region.StartAsync($"rediss://localhost:{port.Port}", ("Nexus:Mesh:Store:CertificateAuthorityFile", folder.PathOf("ca.pem")));
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        var two = await region.StartAsync($"localhost:{port.Port},ssl=true", ("Nexus:Mesh:Store:CertificateAuthorityFile", folder.PathOf("ca.pem")));
        await StoreRegion.KnowsAsync(two, "hub/app.test=1");

        var stranger = await region.StartAsync($"rediss://localhost:{port.Port}");
        await StoreRegion.FailsAsync(stranger, StoreFailure.Unreachable, StoreFailure.Denied);
        Assert.Empty(StoreRegion.Routes(stranger));
    }

    [Fact]
    public async Task Redis_AsACluster_HasARegionInOneSlot()
    {
        using var bus = FreePort.Reserve();
        await using var redis = await RedisUnderTest.StartAsync(RedisKind.Redis, "--cluster-enabled", "yes", "--cluster-port", Text(bus.Port));
        await redis.SendAsync("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        await Eventually.SucceedsAsync(async () => (await redis.SendAsync("CLUSTER", "INFO") as string)?.Contains("cluster_state:ok", StringComparison.Ordinal) == true, () => "No cluster.");
        await using var region = new StoreRegion(redis);
        var (one, two) = (await region.StartAsync(), await region.StartAsync());
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        await StoreRegion.KnowsAsync(two, "hub/app.test=1");
        StoreRegion.Change(hub, "app.test", 2);
        await StoreRegion.KnowsAsync(two, "hub/app.test=2");

        foreach (var keys in await redis.SendAsync("KEYS", $"{region.Prefix}:{{default}}:*") is object[] found ? found : [])
        {
            Assert.Equal(await redis.SendAsync("CLUSTER", "KEYSLOT", $"{{default}}"), await redis.SendAsync("CLUSTER", "KEYSLOT", $"{keys}"));
        }
    }

    [Fact]
    public async Task Primary_ThatDies_IsReplacedByTheReplicaThatWasPromoted()
    {
        await using var primary = await RedisUnderTest.StartAsync(RedisKind.Redis);
        await using var replica = await RedisUnderTest.StartAsync(RedisKind.Redis, "--replicaof", "127.0.0.1", Text(primary.Port));
        await using var region = new StoreRegion(primary);
        var both = $"{primary.ConnectionString},{replica.ConnectionString}";
        var (one, two) = (await region.StartAsync(both), await region.StartAsync(both));
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        await StoreRegion.KnowsAsync(two, "hub/app.test=1");

        await primary.KillAsync();
        await StoreRegion.FailsAsync(one, StoreFailure.Unreachable, StoreFailure.NotReady, StoreFailure.Silent, StoreFailure.Slow);
        StoreRegion.Change(hub, "b.test", 1);
        await replica.SendAsync("REPLICAOF", "NO", "ONE");

        await StoreRegion.KnowsAsync(two, "hub/app.test=1", "hub/b.test=1");
        await StoreRegion.ConnectedAsync(one);
        Assert.Equal("1", await replica.SendAsync("HGET", $"{region.Prefix}:{{default}}:announcement:hub:1", "b.test"));
    }

    [Fact]
    public async Task Mesh_KilledWithItsHubs_IsForgottenAfterTheLease()
    {
        await using var redis = await RedisUnderTest.StartAsync(RedisKind.Garnet);
        await using var region = new StoreRegion(redis);
        var two = await region.StartAsync();
        await using var process = new ServiceProcess("Nexus.Mesh", new Dictionary<string, string?>
        {
            ["ConnectionStrings__redis"] = redis.ConnectionString,
            ["Nexus__Mesh__Store__Prefix"] = region.Prefix,
            ["Nexus__Mesh__Store__Lease"] = StoreRegion.Lease.ToString(),
            ["Nexus__Mesh__Store__RenewInterval"] = "00:00:00.5",
        });
        process.Start();
        await process.WaitUntilHealthyAsync();
        using var channel = GrpcDefaults.CreateChannel(new Uri(process.GrpcAddress));
        using var hub = new AnnounceCall(channel);
        await hub.OpenAsync("hub");
        await hub.FullAsync(1, ("app.test", 1));
        await StoreRegion.KnowsAsync(two, "hub/app.test=1");

        process.Process.Kill();
        await process.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["hub/app.test=1"], StoreRegion.Routes(two));
        await StoreRegion.KnowsAsync(two);
        await two.Metrics.WaitForSumAsync("nexus.mesh.announcement.ends", 1, ("error.type", "lease_expired"));
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
