using Aspire.Hosting;
using Nexus.AppHost.Demo;
using Nexus.Testing;

namespace Nexus.AppHost.Tests.Demo;

public sealed class CurlCommandTests
{
    [Theory]
    [InlineData("/plain/path-1.0/ca.pem")]
    [InlineData("/with space/ca.pem")]
    [InlineData("/it's $HOME \"quoted\" `x`; \\ & * /ca.pem")]
    public async Task Path_InTheCommand_ReachesCurlAsItIs(string path)
    {
        await using var shell = RealProcess.Start("sh", ["-c", $"printf '%s\\n' {CurlCommand.Quote(path)}"]);

        Assert.Equal(0, await shell.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Equal(path, shell.Output);
    }

    [Fact]
    public void Https_TrustsTheOriginOnlyAndAsksTheRelayPort()
    {
        using var folder = new TemporaryFolder();
        using var run = DemoRun.Create(DistributedApplication.CreateBuilder([$"--Nexus:AppHost:StateDirectory={folder.Path}"]));

        Assert.Equal(
            $"curl --noproxy '*' --cacert {run.OriginAuthorityFile} --resolve app.nexus.test:{run.RelayPort}:127.0.0.1 https://app.nexus.test:{run.RelayPort}/",
            CurlCommand.Https(run));
    }
}
