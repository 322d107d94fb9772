using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;

namespace Nexus.Contracts.Carriers;

public sealed class RelayTargetTests
{
    [Fact]
    public void Streams_GoWhereTheFewestAre_AndAreCountedUntilTheyEnd()
    {
        // Nobody answers: the calls stay open until they are given up.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var address = new Uri($"http://{silent.LocalEndpoint}");
        using var channel = GrpcChannel.ForAddress(address);
        using var handler = new SocketsHttpHandler();
        using var connection = new HttpMessageInvoker(handler, disposeHandler: false);
        var target = new RelayTarget(address, channel, [connection, connection, connection]);

        RelayCall[] calls = [.. Enumerable.Range(0, 7).Select(_ => target.Start(CancellationToken.None))];
        Assert.Equal([3, 2, 2], target.Open);

        calls[1].Dispose();
        calls[1].Dispose();
        Assert.Equal([3, 1, 2], target.Open);
        using var next = target.Start(CancellationToken.None);
        Assert.Equal([3, 2, 2], target.Open);

        foreach (var call in calls) call.Dispose();
        next.Dispose();
        Assert.Equal([0, 0, 0], target.Open);
    }

    [Fact]
    public void Stopped_EndsEveryCall()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var address = new Uri($"http://{silent.LocalEndpoint}");
        using var channel = GrpcChannel.ForAddress(address);
        using var handler = new SocketsHttpHandler();
        using var connection = new HttpMessageInvoker(handler, disposeHandler: false);
        using var stop = new CancellationTokenSource();
        var target = new RelayTarget(address, channel, [connection]);
        using var before = target.Start(stop.Token);

        stop.Cancel();

        using var after = target.Start(stop.Token);
        Assert.NotNull(before.Status);
        Assert.NotNull(after.Status);
        Assert.Equal([0], target.Open);
    }
}
