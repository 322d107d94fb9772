namespace Nexus.SystemTests.Processes;

/// <summary>The same without hand-over: the edge relays every user to the hub by gRPC, as to a hub on another host.</summary>
public sealed class GrpcSystem : SystemUnderTest
{
    public GrpcSystem()
        : base(handsOver: false)
    {
    }
}
