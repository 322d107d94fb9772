using StandIns.Grpc.Tests.Echo;

namespace StandIns.Grpc.Tests;

public sealed class OurClientOurServerTests : ClientPromises
{
    protected override async Task<IEchoPeer> StartPeerAsync() => new OurPeer(await EchoServer.StartAsync());
}
