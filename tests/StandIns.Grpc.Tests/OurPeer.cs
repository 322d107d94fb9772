using StandIns.Grpc.Tests.Echo;

namespace StandIns.Grpc.Tests;

internal sealed class OurPeer(EchoServer server) : IEchoPeer
{
    public string Address => server.Address;

    public Task CancelledAsync() => server.Observations.Cancelled.Task;

    public Task StartedAsync() => server.Observations.Started.Task;

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
