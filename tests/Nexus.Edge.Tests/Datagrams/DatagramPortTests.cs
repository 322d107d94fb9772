using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;
using Nexus.Edge.Datagrams;
using Nexus.Edge.Routing;

namespace Nexus.Edge.Tests.Datagrams;

public sealed class DatagramPortTests
{
    [Fact]
    public async Task Loop_ThatMeetsABug_GoesOn()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var carrier = new GrpcCarrier(new(), TimeProvider.System);
        using var links = new FlowLinks(carrier, Options.Create(new RoutingOptions()), TimeProvider.System, NullLogger<FlowLinks>.Instance);
        using var socket = new FaultySocket(bound);
        using var port = new DatagramPort(
            socket, new(), new(), links, new(services.GetRequiredService<IMeterFactory>()), TimeProvider.System, NullLogger.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var user = new UdpUser(port.Port);
        user.Send("never taken: the socket stays readable");

        var running = port.RunAsync(stop.Token);
        await socket.Received.BoundedAsync();

        await stop.CancelAsync();
        await running.BoundedAsync();
    }
}
