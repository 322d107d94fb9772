using Nexus.Client.Cli.Tests.Processes;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Cli.Tests.Checking;

public sealed class CheckTests : IDisposable
{
    private readonly NexusCommandProcess _nexus = new();

    [Fact]
    public async Task Check_HubAndServiceInOrder_SaysSo()
    {
        await using var hub = new ScriptedHub();
        using var service = new LocalService();
        await using var check = Check(hub, service.Target);
        await hub.AcceptProbeAsync();
        Assert.Equal(0, await check.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("answers and accepts the token", check.Output, StringComparison.Ordinal);
        Assert.Contains($"The local service at {service.Target} takes connections", check.Output, StringComparison.Ordinal);
        Assert.Contains("Everything is in order.", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_ServiceThatDoesNotRun_IsNamed()
    {
        await using var hub = new ScriptedHub();
        using var nobody = FreePort.Reserve();
        await using var check = Check(hub, $"localhost:{nobody.Port}");
        await hub.AcceptProbeAsync();
        Assert.Equal(1, await check.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"Nothing listens at localhost:{nobody.Port}", check.Output, StringComparison.Ordinal);
        Assert.Contains("1 problem.", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_TokenThatTheHubRefuses_IsNamed_AndTheRestIsLookedAt()
    {
        await using var hub = new ScriptedHub();
        using var service = new LocalService();
        await using var check = Check(hub, service.Target);
        var side = await hub.AcceptAsync();
        await side.ReceiveAsync();
        await side.CloseAsync(1008, "signature is invalid");
        Assert.Equal(1, await check.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("The hub does not accept the token", check.Output, StringComparison.Ordinal);
        Assert.Contains("takes connections", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_NameWithoutAnAddress_SaysWhatRecordIsMissing()
    {
        using var nobody = FreePort.Reserve();
        await using var check = _nexus.Start("check", "--host", "app.example.invalid", "-s", $"127.0.0.1:{nobody.Port}", "--token-file", _nexus.Write("token", "x"));
        Assert.Equal(1, await check.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("Nobody listens at 127.0.0.1", check.Output, StringComparison.Ordinal);
        Assert.Contains("app.example.invalid has no address in DNS.", check.Output, StringComparison.Ordinal);
        Assert.Contains("Create an A record for app.example.invalid with the address of the edge (most often that of 127.0.0.1: 127.0.0.1)", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_PortThatIsShut_IsNamed()
    {
        using var nobody = FreePort.Reserve();
        await using var check = _nexus.Start(
            "check", "--host", "app.example.test", "--resolve", "app.example.test=127.0.0.1", "--public-port", $"{nobody.Port}", "--plain-port", "0", "-s", $"127.0.0.1:{nobody.Port}", "--token-file", _nexus.Write("token", "x"));
        Assert.Equal(1, await check.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"Port {nobody.Port} at 127.0.0.1 is shut: nobody listens there.", check.Output, StringComparison.Ordinal);
        Assert.Contains("relayPorts", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_FileThatIsWrong_NamesThePlace()
    {
        await using var check = _nexus.Start("check", "-c", _nexus.Write("config.yaml", "backends:\n  - nonsense: 1\n"));
        Assert.Equal(1, await check.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("config.yaml:2:5: backends[0].nonsense", check.Output, StringComparison.Ordinal);
    }

    /// <summary>What a file maps no port for is not looked at.</summary>
    [Fact]
    public async Task Check_FileWithoutTheUsualPorts_LooksAtNoneOfThem()
    {
        using var nobody = FreePort.Reserve();
        await using var check = _nexus.Start("check", "--resolve", "app.example.test=127.0.0.1", "-c", _nexus.Write("config.yaml", $$"""
            backends:
              - name: tested
                hostnames: [app.example.test]
                nexusAddresses: ["wss://127.0.0.1:{{nobody.Port}}/connect"]
                attestation: {hmacSecret: the-secret-of-the-test}
                portMappings: {2222: {default: "127.0.0.1:{{nobody.Port}}" } }
            """));
        Assert.Equal(1, await check.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("app.example.test has the address 127.0.0.1.", check.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Port 0", check.Output, StringComparison.Ordinal);
        Assert.Contains("2 problems.", check.Output, StringComparison.Ordinal); // the hub and the service
    }

    [Theory]
    [InlineData("app.example.test")]
    [InlineData("app.example.test=here")]
    public async Task Resolve_ThatIsNoAddress_IsNamed(string entry)
    {
        await using var check = _nexus.Start("check", "--resolve", entry, "-s", "hub.test", "--token-file", "token");
        Assert.Equal(1, await check.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"--resolve {entry}", check.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _nexus.Dispose();

    private RealProcess Check(ScriptedHub hub, string target) =>
        _nexus.Start("check", target, "-s", hub.Address, "--ca", _nexus.WriteAuthorities(hub), "--token-file", _nexus.Write("token", "the-token-of-the-test"));
}
