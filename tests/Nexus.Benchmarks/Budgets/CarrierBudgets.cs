using Nexus.Benchmarks.Carrier;
using Nexus.Contracts.Carriers;

namespace Nexus.Benchmarks.Budgets;

/// <summary>
/// Bytes on their way through the gRPC carrier, both ends in this process. HTTP/2's and Kestrel's own tasks are in it, a buffer or a copy for
/// each chunk is not.
/// </summary>
internal static class CarrierBudgets
{
    private const int ChunkSize = 32 * 1024;
    private const int Chunks = 1_000;
    private const int Rounds = 4; // the least counts, as for the relay
    private const double MostBytes = 3 * 1024;

    public static IEnumerable<AllocationBudget> All => [new("a chunk of 32 KiB through the gRPC carrier", MostBytes, UploadAsync)];

    /// <summary>One chunk at a time: written by the edge's end, read by the hub's.</summary>
    private static async Task<double> UploadAsync()
    {
        await using var hub = await CarrierHubEnd.StartAsync();
        using var carrier = new GrpcCarrier(new GrpcCarrierOptions(), TimeProvider.System);
        var open = new OpenStream { ClientAddress = "192.0.2.1:50000", LocalPort = 443, Host = "up.test" };
        var result = await carrier.OpenAsync(hub.Urls.Single(), open, default, CancellationToken.None);
        await using var channel = result.Channel ?? throw new InvalidOperationException($"Refused: {result.Refusal}");
        var chunk = new byte[ChunkSize];
        var least = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < Chunks; i++) await channel.WriteAsync(chunk, CancellationToken.None);
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Chunks);
        }

        return least;
    }
}
