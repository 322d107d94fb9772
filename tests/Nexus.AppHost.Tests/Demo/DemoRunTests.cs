using System.Runtime.Versioning;
using Aspire.Hosting;
using Nexus.AppHost.Demo;
using Nexus.Testing;

namespace Nexus.AppHost.Tests.Demo;

public sealed class DemoRunTests
{
    [Fact]
    public void ClientConfiguration_NamesTheHubsTheSecretAndBothPorts()
    {
        using var folder = new TemporaryFolder();
        using var run = Create(folder);

        var text = File.ReadAllText(run.WriteClientConfiguration([1001, 1002]));

        Assert.Contains("nexusAddresses:\n      - wss://localhost:1001/connect\n      - wss://localhost:1002/connect\n", text, StringComparison.Ordinal);
        Assert.Contains($"hmacSecret: \"{run.Secret}\"", text, StringComparison.Ordinal);
        Assert.Contains($"{run.RelayPort}:\n        default: 127.0.0.1:{run.OriginHttpsPort}", text, StringComparison.Ordinal);
        Assert.Contains($"{run.PlainHttpPort}:\n        default: 127.0.0.1:{run.OriginHttpPort}", text, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Files_WithTheSecret_AreTheOwnersOnly()
    {
        using var folder = new TemporaryFolder();
        using var run = Create(folder);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(run.WriteClientConfiguration([1001])));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(run.Directory));
    }

    [Fact]
    public void Run_BesideAnotherOne_SharesNothingWithIt()
    {
        using var folder = new TemporaryFolder();
        using var first = Create(folder);
        using var second = Create(folder);

        Assert.NotEqual(first.Directory, second.Directory);
        Assert.NotEqual(first.Secret, second.Secret);
    }

    [Fact]
    public void Run_AfterAnotherOne_TakesItsFolderButNotItsOriginsAuthority()
    {
        using var folder = new TemporaryFolder();
        var first = Create(folder);
        File.WriteAllText(first.OriginAuthorityFile, "old");
        first.Dispose();

        using var second = Create(folder);

        Assert.Equal(first.Directory, second.Directory);
        Assert.False(File.Exists(second.OriginAuthorityFile));
    }

    private static DemoRun Create(TemporaryFolder folder) =>
        DemoRun.Create(DistributedApplication.CreateBuilder([$"--Nexus:AppHost:StateDirectory={folder.Path}"]));
}
