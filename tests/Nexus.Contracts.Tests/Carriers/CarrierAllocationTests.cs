using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers;

/// <summary>Both ends of a carrier, Kestrel and the HTTP client are in this process and counted.</summary>
[Collection(nameof(AllocationTests))]
public sealed class CarrierAllocationTests : IDisposable
{
    private const int ChunkSize = 32 * 1024;
    private const int Chunks = 64 * 1024 * 1024 / ChunkSize;

    // A copy or a buffer for each chunk would be 32 KiB; what waits for a frame costs the tasks of HTTP/2 and of gRPC's API.
    private const long MostPerChunk = 8 * 1024;

    private readonly GrpcCarrier _carrier = new(new GrpcCarrierOptions(), TimeProvider.System);

    public void Dispose() => _carrier.Dispose();

    [Fact]
    public async Task SixtyFourMegabytes_EachWay_AllocateNoBufferPerChunk()
    {
        await using var host = await RelayHost.StartAsync(async (_, channel, _) =>
        {
            await channel.AcceptAsync();
            await channel.EchoAsync();
            channel.End("completed");
        });
        await EchoAsync(host, Chunks / 8);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await EchoAsync(host, Chunks);

        var perChunk = (GC.GetTotalAllocatedBytes(precise: true) - before) / Chunks;
        TestContext.Current.TestOutputHelper?.WriteLine($"{perChunk} bytes per chunk of {ChunkSize}");
        Assert.InRange(perChunk, 0, MostPerChunk);
    }

    private async Task EchoAsync(RelayHost host, int chunks)
    {
        var result = await _carrier.OpenAsync(host.Address, Opens.Some, default, CancellationToken.None).BoundedAsync();
        Assert.True(result.IsAccepted);
        await using var channel = result.Channel;
        var reading = ReadAsync(channel, (long)chunks * ChunkSize);
        var chunk = new byte[ChunkSize];
        for (var i = 0; i < chunks; i++) await channel.WriteAsync(chunk, CancellationToken.None);
        await channel.CompleteWritesAsync(CancellationToken.None);
        await reading.BoundedAsync();
    }

    private static async Task ReadAsync(IByteChannel channel, long expected)
    {
        var buffer = new byte[ChunkSize];
        while (true)
        {
            await channel.WaitToReadAsync(CancellationToken.None);
            var read = channel.TryRead(buffer);
            if (read.Status is ChannelReadStatus.End or ChannelReadStatus.Reset) break;
            expected -= read.Count;
        }

        Assert.Equal(0, expected);
    }
}
