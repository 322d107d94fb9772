using System.Globalization;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>UDP from a user through edge, hub and client to a local service and back.</summary>
public abstract class DatagramTests(SystemUnderTest system)
{
    private const int Window = 16;

    [Fact]
    [Statement("node 94", "node 98", "client 106")]
    public async Task TenThousandDatagrams_OverOneFlow_AllComeBack_WhileAnotherFlowAnswers()
    {
        using var user = new UdpUser(system.UdpPort);
        using var other = new UdpUser(system.UdpPort);
        await user.PersistAsync("begin");
        await other.PersistAsync("begin");

        // As many under way as fit into every buffer on the path: what comes back makes room for the next.
        for (var sent = 0; sent < Window; sent++) user.Send(Text(sent));
        for (var received = 0; received < 10_000; received++)
        {
            Assert.Equal(Text(received), await user.ReceiveAsync());
            if (received + Window < 10_000) user.Send(Text(received + Window));
            if (received % 1_000 != 500) continue;
            other.Send("aside");
            Assert.Equal("aside", await other.ReceiveAsync());
        }
    }

    [Fact]
    public async Task HubKilled_TheUsersNextDatagramsGoThroughOnceItIsBack()
    {
        using var user = new UdpUser(system.UdpPort);
        await user.PersistAsync("before");
        await system.Hub.KillAsync();
        user.Send("lost");
        system.Hub.Start();
        await system.Hub.WaitUntilHealthyAsync();
        await user.PersistAsync("after");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
