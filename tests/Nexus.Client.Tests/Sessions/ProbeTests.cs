using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Sessions;

public sealed class ProbeTests
{
    [Fact]
    public async Task Probe_HubThatChallenges_HasTakenTheToken_AndIsLeftWithoutTheSecondOne()
    {
        await using var hub = new ScriptedHub();
        using var service = new LocalService();
        await using var client = new NexusClient(ClientUnderTest.CreateOptions(hub, service));
        var probing = client.ProbeAsync(TestContext.Current.CancellationToken);
        var side = await hub.AcceptProbeAsync();

        var result = Assert.Single(await probing.BoundedAsync());
        Assert.Null(result.Error);
        Assert.Equal(1001, side.CloseCode);
        Assert.Empty(side.Messages);
        Assert.Equal(NexusSessionState.Stopped, Assert.Single(client.Sessions).State);
    }

    [Fact]
    public async Task Probe_HubThatRefusesTheToken_SaysSoWithItsWords()
    {
        await using var hub = new ScriptedHub();
        using var service = new LocalService();
        await using var client = new NexusClient(ClientUnderTest.CreateOptions(hub, service));
        var probing = client.ProbeAsync(TestContext.Current.CancellationToken);
        var side = await hub.AcceptAsync();
        await side.ReceiveAsync();
        await side.CloseAsync(1008, "authentication failed");

        var result = Assert.Single(await probing.BoundedAsync());
        Assert.Equal(NexusConnectError.AuthenticationFailed, result.Error);
        Assert.Contains("authentication failed", result.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_NobodyThere_SaysSo()
    {
        await using var hub = new ScriptedHub();
        using var service = new LocalService();
        using var nobody = FreePort.Reserve();
        var options = ClientUnderTest.CreateOptions(hub, service);
        options.NexusAddresses = [$"wss://localhost:{nobody.Port}/connect"];
        await using var client = new NexusClient(options);

        var result = Assert.Single(await client.ProbeAsync(TestContext.Current.CancellationToken).BoundedAsync());
        Assert.Equal(NexusConnectError.ConnectionRefused, result.Error);
    }
}
