using System.Text.RegularExpressions;
using Nexus.Testing;

namespace StandIns.Aspire.Tests;

/// <summary>Which server AddRedis takes, with real ones, and what others learn of it.</summary>
public sealed partial class RedisTests : IDisposable
{
    private static readonly TimeSpan s_orderly = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_afterKill = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder _temporary = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_WhoseConnectionStringIsGiven_IsNotStarted()
    {
        await using var host = Start(("ConnectionStrings__redis", "elsewhere:1234,password=given"));

        await host.WaitForLineAsync("[user] found elsewhere:1234,password=given.", Cancellation);

        Assert.Contains(host.Lines, line => line.Text == "redis: the server that ConnectionStrings:redis names");
    }

    [Fact]
    public async Task RedisServer_OnThePath_IsTaken()
    {
        DebianProgram.SkipUnlessInstalled("redis-server");
        await using var host = Start();

        await ServesOnlyWithThePasswordAsync(host, "redis-server");
        var family = LinuxProcess.FindFamily(host.Id);
        host.Kill();

        Assert.Empty(await LinuxProcess.SurvivorsAsync(family, s_afterKill, Cancellation));
    }

    [Fact]
    public async Task Garnet_WithoutRedisServer_IsTaken()
    {
        await GarnetProgram.SkipUnlessRestoredAsync();
        using var path = new NarrowPath("dotnet", "sleep");
        await using var host = Start(("PATH", path.Value));

        await ServesOnlyWithThePasswordAsync(host, "Garnet");
        var family = LinuxProcess.FindFamily(host.Id);
        host.Interrupt();

        Assert.Empty(await LinuxProcess.SurvivorsAsync([host.Id, .. family], s_orderly, Cancellation));
        Assert.Equal(0, await host.WaitForExitAsync(Cancellation));
    }

    [Fact]
    public async Task Redis_ThatIsNotToBeHad_IsSaidOnceAndEmpty()
    {
        using var path = new NarrowPath("sleep");
        await using var host = Start(("PATH", path.Value));

        await host.WaitForLineAsync("[user] found .", Cancellation);

        var line = Assert.Single(host.Lines, line => line.Text.StartsWith("redis: ", StringComparison.Ordinal));
        Assert.StartsWith("redis: none: redis-server is not on the PATH, and of Garnet: `dotnet tool restore` ended with 127", line.Text, StringComparison.Ordinal);
    }

    public void Dispose() => _temporary.Dispose();

    [GeneratedRegex(@"\[user\] found 127\.0\.0\.1:(?<port>[0-9]+),password=(?<password>[0-9a-f]{32})\.$")]
    private static partial Regex OwnConnectionString();

    private async Task ServesOnlyWithThePasswordAsync(RealProcess host, string server)
    {
        var line = await host.WaitForLineAsync(text => OwnConnectionString().IsMatch(text), TestTimeouts.Long, Cancellation);
        var found = OwnConnectionString().Match(line.Text);
        var (port, password) = (int.Parse(found.Groups["port"].Value, null), found.Groups["password"].Value);

        Assert.Contains(host.Lines, each => each.Text == $"redis: {server} on 127.0.0.1:{port}");
        using var connection = await RespConnection.OpenAsync(port);
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.SendAsync("GET", "key"));
        Assert.Equal("OK", await connection.SendAsync("AUTH", password));
        Assert.Equal("PONG", await connection.SendAsync("PING"));
        Assert.DoesNotContain(LinuxProcess.FindFamily(host.Id), process => CommandLineOf(process).Contains(password, StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary.Path, "nexus-redis-*"));
    }

    private static string CommandLineOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (IOException)
        {
            return ""; // it has ended
        }
    }

    private RealProcess Start(params IEnumerable<(string, string?)> variables) => TestHost.Start("redis", [("TMPDIR", _temporary.Path), .. variables]);
}
