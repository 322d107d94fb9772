using Nexus.Protocol.Multiplexing;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>What waits, as the test says; every frame is too much.</summary>
internal sealed class ManualLevel : IReceiveLevel
{
    public int Frames;

    public int QueuedFrames => Volatile.Read(ref Frames);

    public bool IsTight { get; set; }

    public bool HoldsTooMuch(int times) => QueuedFrames > 0;
}
