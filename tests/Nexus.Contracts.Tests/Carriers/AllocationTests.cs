using Nexus.Testing;

namespace Nexus.Contracts.Carriers;

[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int Chunks = 20_000;

    // The smallest object is 24 bytes: one for each chunk would be 480 000.
    private const long Tolerance = 24L * Chunks / 4;

    private static int s_lastLength;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Relay_PerChunk_AllocatesNothing(bool writesWait)
    {
        await RunAsync(writesWait);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await RunAsync(writesWait);

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, Tolerance);
    }

    [Fact]
    public void Frames_WrittenAndRead_AllocateNothing()
    {
        var wire = new ArrayContext();
        var outgoing = new RelayFrame();
        outgoing.Borrow(new byte[20_000]);
        Pass(wire, outgoing, 1000);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Pass(wire, outgoing, Chunks);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Tolerance);
        Assert.Equal(20_000, s_lastLength);
    }

    private static async Task RunAsync(bool writesWait)
    {
        var first = new CountingChannel(Chunks, writesWait);
        var second = new CountingChannel(Chunks, writesWait);
        await DuplexRelay.RunAsync(first, second, new DuplexRelayOptions(), TimeProvider.System, CancellationToken.None).BoundedAsync();
        Assert.True(first.Taken >= Chunks);
    }

    private static void Pass(ArrayContext wire, RelayFrame outgoing, int count)
    {
        for (var i = 0; i < count; i++)
        {
            wire.Clear();
            RelayFrameFormat.WriteRequest(outgoing, wire);
            var frame = RelayFrameFormat.ReadRequest(wire.Received);
            s_lastLength = frame.Data.Length;
            frame.Release();
        }
    }
}
