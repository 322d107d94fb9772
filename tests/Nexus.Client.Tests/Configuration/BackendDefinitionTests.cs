using Nexus.Client.Configuration;
using Nexus.Client.Sessions;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Configuration;

public sealed class BackendDefinitionTests
{
    [Fact]
    [Statement("client 10", "client 23")]
    public void Hostnames_AreNormalisedAndTheFirstOfEqualsIsKept() => Assert.Equal(
        ["example.com", "xn--bcher-kva.example", "*.foo.com"],
        Define(options => options.Hostnames = ["Example.COM.", "bücher.example", "EXAMPLE.com", "*.Foo.com"]).Hostnames);

    [Fact]
    [Statement("client 13")]
    public void TcpPorts_DuplicatesAreDroppedKeepingTheOrder() => Assert.Equal([80, 25], Define(options => options.TcpPorts = [80, 25, 80]).TcpPorts);

    [Theory]
    [InlineData(-3, 1)]
    [InlineData(0, 1)]
    [InlineData(7, 7)]
    [Statement("client 16")]
    public void Weight_OfZeroAndLess_Is1(int given, int expected) => Assert.Equal(expected, Define(options => options.Weight = given).Weight);

    [Fact]
    [Statement("client 19", "client 119")]
    public void Defaults_AreThoseOfTheOriginal()
    {
        var backend = Define(_ => { });
        Assert.Equal((48, 16, 64), (backend.FlowControl.HighWaterMark, backend.FlowControl.LowWaterMark, backend.FlowControl.MaxBuffer));
        Assert.False(backend.HealthChecks.Enabled);
        Assert.Equal((60, 5), (backend.HealthChecks.InactivityTimeout.TotalSeconds, backend.HealthChecks.PongTimeout.TotalSeconds));
        Assert.Equal(0, new NexusAttestationOptions().CacheHandshakeSeconds);
    }

    [Fact]
    [Statement("client 31")]
    public async Task LocalSockets_HaveNoDelay()
    {
        using var service = new LocalService();
        var port = int.Parse(service.Target.Split(':')[1], provider: null);
        using var socket = await TcpDialer.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        Assert.True(socket.NoDelay);
    }

    private static BackendDefinition Define(Action<NexusBackendOptions> change)
    {
        var options = new NexusBackendOptions { Name = "b" };
        change(options);
        return BackendDefinition.From(options);
    }
}
