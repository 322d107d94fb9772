using System.Net;
using Nexus.Edge.Listening;
using Nexus.Edge.Passthrough;
using Nexus.Edge.Peeking;
using Nexus.Edge.Tests.Fakes;

namespace Nexus.Edge.Tests.Listening;

public sealed class AdmissionTests
{
    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("0.0.0.1", "::1", false)]
    public void ClientNetwork_SameClient(string one, string other, bool isSame) =>
        Assert.Equal(isSame, ClientNetwork.Of(IPAddress.Parse(one)) == ClientNetwork.Of(IPAddress.Parse(other)));

    [Theory]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1:5000")]
    [InlineData("192.0.2.1", "192.0.2.1:5000")]
    [InlineData("2001:db8::1", "[2001:db8::1]:5000")]
    public void ClientText_IsIPv4WhereItIs_AndIPv6InBrackets(string address, string text) =>
        Assert.Equal(text, RelayAddresses.Of(new IPEndPoint(IPAddress.Parse(address), 5000), new IPEndPoint(IPAddress.Any, 443)).ClientText);

    [Theory]
    [InlineData("MaxConnections", "total_limit")]
    [InlineData("MaxConnectionsPerClient", "client_limit")]
    public async Task Limit_Reached_TheNextIsClosedBeforeAnyByte_AndAPlaceIsFreeAgainAtTheEnd(string limit, string reason)
    {
        await using var edge = await EdgeUnderTest.StartAsync(($"Nexus:Edge:Listening:{limit}", "1"));
        var (first, _) = await edge.ConnectThroughAsync();
        using var refused = await edge.ConnectAsync();
        await refused.AssertClosedWithoutAByteAsync();
        using var http = await User.ConnectAsync(edge.HttpPort); // the limits are of all ports together
        await http.AssertClosedWithoutAByteAsync();
        Assert.Equal(2, edge.Metrics.Sum("nexus.edge.admission_refusals", ("error.type", reason)));

        first.Reset();
        await edge.Metrics.WaitForSumAsync("nexus.edge.active_connections", 0).BoundedAsync();
        (await edge.ConnectThroughAsync()).User.Dispose();
    }

    [Fact]
    public void Options_AllErrorsAtOnce()
    {
        var options = new ListeningOptions { BindAddress = "nowhere", Backlog = 0 };
        options.RelayPorts.Add(443);
        options.RelayPorts.Add(443);
        options.RelayPorts.Add(70_000);

        var failures = new ListeningOptionsValidator().Validate(null, options).Failures ?? [];
        Assert.Equal(4, failures.Count());
    }
}
