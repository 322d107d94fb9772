using Nexus.Testing;

namespace Nexus.AppHost.Tests;

/// <summary>
/// The whole of Nexus from one command: real processes, a real user. Each start takes its Redis in another way. All in one class:
/// one at a time.
/// </summary>
public sealed class AppHostTests
{
    private const string Greeting = "Hello from the demo origin.";

    private static readonly TimeSpan s_orderly = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_afterKill = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_AsPrinted_ShowTheOriginsAnswer()
    {
        DebianProgram.SkipUnlessInstalled("curl");
        DebianProgram.SkipUnlessInstalled("redis-server");
        await using var host = await RunningAppHost.StartAsync([]);

        await ServesAsPrintedAsync(host);

        Assert.StartsWith("redis: redis-server on 127.0.0.1:", await host.WaitForLineAsync("redis: "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupt_WithAGivenRedis_EndsEveryProcessButThat()
    {
        await using var redis = await RedisUnderTest.StartAsync(RedisKind.Redis);
        await using var host = await RunningAppHost.StartAsync([], ("ConnectionStrings__redis", redis.ConnectionString));
        Assert.Equal("redis: the server that ConnectionStrings:redis names", await host.WaitForLineAsync("redis: "));
        Assert.NotEmpty(Assert.IsType<object?[]>(await redis.SendAsync("KEYS", "*announcement*")));

        await EndsWhenInterruptedAsync(host, atLeast: 6);

        Assert.Equal("PONG", await redis.SendAsync("PING"));
    }

    [Fact]
    public async Task Kill_WithGarnet_LeavesNoProcess()
    {
        await GarnetProgram.SkipUnlessRestoredAsync();
        using var path = new NarrowPath("dotnet", "sleep");
        await using var host = await RunningAppHost.StartAsync([], ("PATH", path.Value));
        Assert.StartsWith("redis: Garnet on 127.0.0.1:", await host.WaitForLineAsync("redis: "), StringComparison.Ordinal);

        await LeavesNobodyWhenKilledAsync(host, atLeast: 7);
    }

    [Fact]
    public async Task TwoRegions_WithOneRedis_ServeTheFarClientsUsersAndEnd()
    {
        DebianProgram.SkipUnlessInstalled("curl");
        await using var host = await RunningAppHost.StartAsync(["--topology", "two-regions"]);

        await ServesAsPrintedAsync(host);

        // The users came to the near region, where no client is.
        Assert.Contains(host.Process.Lines, line => line.Text.StartsWith("[far-hub-", StringComparison.Ordinal) && line.Text.Contains("session began", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Process.Lines, line => line.Text.StartsWith("[near-hub-", StringComparison.Ordinal) && line.Text.Contains("session began", StringComparison.Ordinal));
        await EndsWhenInterruptedAsync(host, atLeast: 16);
    }

    [Fact]
    public async Task TwoRegions_WithARedisEach_ServeTheFarClientsUsersAndLeaveNobody()
    {
        DebianProgram.SkipUnlessInstalled("curl");
        await using var host = await RunningAppHost.StartAsync(["--topology=two-regions", "--separate-redis"]);
        await host.WaitForLineAsync("near-redis: ");
        await host.WaitForLineAsync("far-redis: ");

        await ServesAsPrintedAsync(host);

        await LeavesNobodyWhenKilledAsync(host, atLeast: 17);
    }

    [Fact]
    public async Task UnknownTopology_IsToldWhatIsPossible()
    {
        await using var host = RunningAppHost.Begin(["--topology", "three-regions"]);

        Assert.Equal(64, await host.Process.WaitForExitAsync(Cancellation));
        Assert.Contains("\"three-regions\"", host.Process.Output, StringComparison.Ordinal);
        Assert.Contains("--topology two-regions", host.Process.Output, StringComparison.Ordinal);
    }

    private static async Task ServesAsPrintedAsync(RunningAppHost host)
    {
        var (secure, plain) = await host.RunPrintedCommandsAsync();

        Assert.Contains(Greeting, secure, StringComparison.Ordinal);
        Assert.Contains("TLS ended here", secure, StringComparison.Ordinal);
        Assert.Contains(Greeting, plain, StringComparison.Ordinal);
    }

    private static async Task EndsWhenInterruptedAsync(RunningAppHost host, int atLeast)
    {
        var family = FamilyOf(host, atLeast);

        host.Process.Interrupt();

        Assert.Empty(await LinuxProcess.SurvivorsAsync([host.Process.Id, .. family], s_orderly, Cancellation));
        Assert.Equal(0, await host.Process.WaitForExitAsync(Cancellation));
    }

    private static async Task LeavesNobodyWhenKilledAsync(RunningAppHost host, int atLeast)
    {
        var family = FamilyOf(host, atLeast);

        host.Process.Kill();

        Assert.Empty(await LinuxProcess.SurvivorsAsync(family, s_afterKill, Cancellation));
    }

    private static IReadOnlyList<int> FamilyOf(RunningAppHost host, int atLeast)
    {
        var family = LinuxProcess.FindFamily(host.Process.Id);
        Assert.True(family.Count >= atLeast, host.Process.Output);
        return family;
    }
}
