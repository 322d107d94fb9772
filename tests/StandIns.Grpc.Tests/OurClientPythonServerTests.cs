namespace StandIns.Grpc.Tests;

public sealed class OurClientPythonServerTests : ClientPromises
{
    protected override async Task<IEchoPeer> StartPeerAsync() => await PythonPeer.StartAsync();
}
