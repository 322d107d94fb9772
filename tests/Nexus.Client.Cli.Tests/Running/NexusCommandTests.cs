using System.Net.Sockets;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Cli.Tests.Running;

public sealed class NexusCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Check_GoodFile_Exits0()
    {
        Write("config.yaml", 1);
        await using var nexus = Start("run", "--check");
        Assert.Equal(0, await nexus.WaitForExitAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("-c")]
    [InlineData("--config")]
    [InlineData("-config")]
    [Statement("client 120")]
    public async Task Configuration_Wrong_Exits1AndSaysWhere(string option)
    {
        await File.WriteAllTextAsync(_folder.PathOf("other.yaml"), "backends:\n  - nonsense: 1\n", TestContext.Current.CancellationToken);
        await using var nexus = Start("run", option, "other.yaml");
        Assert.Equal(1, await nexus.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("other.yaml:2:5: backends[0].nonsense", nexus.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("client 120")]
    public async Task Configuration_Missing_Exits1()
    {
        await using var nexus = Start("run");
        Assert.Equal(1, await nexus.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("config.yaml", nexus.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "--colour")]
    [InlineData("walk", "")]
    [Statement("client 120")]
    public async Task CommandLine_Wrong_Exits2WithUsage(string command, string option)
    {
        await using var nexus = Start(command, option);
        Assert.Equal(2, await nexus.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("Usage", nexus.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_IsPrinted()
    {
        await using var nexus = Start("--version");
        Assert.Equal(0, await nexus.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Matches(@"^\d+\.\d+\.\d+", nexus.Output);
    }

    [Fact]
    [Statement("client 120", "client 121")]
    public async Task Interrupt_StopsInOrder()
    {
        using var nobody = FreePort.Reserve();
        Write("config.yaml", nobody.Port);
        await using var nexus = Start("run");
        await nexus.WaitForLineAsync("runs with 1 addresses", TestContext.Current.CancellationToken);
        nexus.Interrupt();
        Assert.Equal(0, await nexus.WaitForExitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    [Statement("client 121", "client 126")]
    public async Task Terminate_StopsInOrder()
    {
        using var nobody = FreePort.Reserve();
        Write("config.yaml", nobody.Port);
        await using var nexus = Start("run");
        await nexus.WaitForLineAsync("ConnectionRefused", TestContext.Current.CancellationToken);
        nexus.Terminate();
        Assert.Equal(0, await nexus.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain("the-secret-of-the-test", nexus.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backend_ThatCannotRun_LeavesTheOthersRunning()
    {
        using var nobody = FreePort.Reserve();
        Write("config.yaml", nobody.Port);
        await File.AppendAllTextAsync(_folder.PathOf("config.yaml"), """

              - name: lost
                hostnames: [b.example]
                nexusAddresses: ["wss://localhost:1/connect"]
                attestation: {hmacSecretFile: /does/not/exist}
                portMappings: {443: {default: "localhost:1"}}
            """, TestContext.Current.CancellationToken);
        await using var nexus = Start("run");
        await nexus.WaitForLineAsync("Backend lost is left out", TestContext.Current.CancellationToken);
        await nexus.WaitForLineAsync("Backend tested runs", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Authorities_FileWithoutCertificates_Exits1()
    {
        Write("config.yaml", 1);
        await File.WriteAllTextAsync(_folder.PathOf("ca.pem"), "nothing", TestContext.Current.CancellationToken);
        await using var nexus = Start("run", "--ca", "ca.pem");
        Assert.Equal(1, await nexus.WaitForExitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    [Statement("client 123", "seen 12")]
    public async Task Run_WithItsAuthority_ServesUsersAndLeavesInOrder()
    {
        await using var hub = new ScriptedHub();
        using var service = new LocalService();
        await using var nexus = await StartAsync(hub, service);
        var side = await hub.AcceptSessionAsync();
        var id = await side.ConnectAsync();
        using var local = await service.AcceptAsync();
        await side.SendDataAsync(id, [1, 2, 3]);
        Assert.Equal([1, 2, 3], await LocalService.ReceiveAsync(local, 3));
        await LocalService.SendAsync(local, [4]);
        local.Shutdown(SocketShutdown.Send);
        Assert.Equal([4], await side.WaitForDataAsync(id, 1));
        await side.WaitForControlAsync(id, "disconnect");

        nexus.Terminate();
        Assert.Equal(0, await nexus.WaitForExitAsync(TestContext.Current.CancellationToken));
        await side.EndedAsync();
        Assert.Equal(1001, side.CloseCode);
    }

    [Fact]
    [Statement("client 121")]
    public async Task Signal_SecondOne_ExitsAtOnce()
    {
        await using var hub = new ScriptedHub();
        using var service = new LocalService();
        await using var nexus = await StartAsync(hub, service);
        var side = await hub.AcceptSessionAsync();
        var id = await side.ConnectAsync();
        using var local = await service.AcceptAsync();
        await side.SendDataAsync(id, [1]); // a request without an answer: worth waiting for
        await LocalService.ReceiveAsync(local, 1);

        nexus.Terminate();
        await nexus.WaitForLineAsync("1 streams may finish", TestContext.Current.CancellationToken);
        nexus.Terminate();
        Assert.Equal(130, await nexus.WaitForExitAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string file, int hubPort, string target = "localhost:1") => File.WriteAllText(_folder.PathOf(file), $$"""
        backends:
          - name: tested
            hostnames: [a.example]
            nexusAddresses: ["wss://localhost:{{hubPort}}/connect"]
            attestation: {hmacSecret: the-secret-of-the-test}
            portMappings: {443: {default: "{{target}}" } }
        """);

    private async Task<RealProcess> StartAsync(ScriptedHub hub, LocalService service)
    {
        Write("config.yaml", hub.Port, service.Target);
        await File.WriteAllTextAsync(_folder.PathOf("ca.pem"), hub.Authorities[0].ExportCertificatePem(), TestContext.Current.CancellationToken);
        return Start("run", "--ca", "ca.pem");
    }

    private RealProcess Start(params string[] arguments) => RealProcess.StartDotnet(
        Path.Combine(AppContext.BaseDirectory, "nexus.dll"), arguments.Where(argument => argument.Length > 0), workingDirectory: _folder.Path);
}
