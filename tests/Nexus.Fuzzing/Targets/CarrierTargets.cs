using System.Net;
using Grpc.Core;
using Nexus.Contracts.Carriers;

namespace Nexus.Fuzzing.Targets;

/// <summary>What services send each other; a stranger cannot, a confused version can.</summary>
internal static class CarrierTargets
{
    public static FuzzTarget Datagrams { get; } = new("datagram batch", [Batch()], Make, Parse);

    private static void Parse(byte[] input)
    {
        var seen = new Seen();
        var batch = DatagramBatch.Own(System.Buffers.ArrayPool<byte>.Shared.Rent(Math.Max(1, input.Length)), input.Length);
        input.CopyTo(System.Runtime.InteropServices.MemoryMarshal.AsMemory(batch.Encoded));
        try
        {
            DatagramBatchFormat.Read(batch, seen);
        }
        catch (RpcException)
        {
            // Says that the batch is malformed.
        }

        batch.Release();
        Corpus.Check(seen.Bytes <= input.Length, "more datagrams than bytes");
    }

    private static byte[] Make(Random random) => [.. Enumerable.Range(0, random.Next(1, 20)).SelectMany(_ => Event(random))];

    private static byte[] Event(Random random)
    {
        var flow = random.Next(4) == 0 ? (ulong)random.NextInt64(long.MinValue, long.MaxValue) : (ulong)random.Next(5);
        var datagram = new byte[random.Next(50)];
        random.NextBytes(datagram);
        var encoded = new byte[DatagramBatchFormat.SizeOfDatagram(flow, datagram.Length)];
        DatagramBatchFormat.WriteDatagram(encoded, flow, datagram);
        if (random.Next(3) != 0) return encoded;
        var end = new byte[DatagramBatchFormat.SizeOfEnd(flow)];
        DatagramBatchFormat.WriteEnd(end, flow, FlowEnd.Unknown);
        return end;
    }

    private static byte[] Batch()
    {
        var open = new OpenStream { ClientAddress = new IPEndPoint(IPAddress.Loopback, 40_000).ToString(), LocalPort = 53, ClaimedPort = 53 }.ToWire();
        var encoded = new byte[DatagramBatchFormat.SizeOfOpen(1, open)];
        DatagramBatchFormat.WriteOpen(encoded, 1, open);
        return encoded;
    }

    private sealed class Seen : IFlowEvents
    {
        public long Bytes { get; private set; }

        public void OnOpen(ulong flow, OpenStream? open) => Bytes++;

        public void OnDatagram(ulong flow, ReadOnlySpan<byte> datagram) => Bytes += datagram.Length;

        public void OnEnd(ulong flow, FlowEnd end) => Bytes++;
    }
}
