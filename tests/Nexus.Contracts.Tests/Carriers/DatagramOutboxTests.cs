using Google.Protobuf;
using Grpc.Core;
using Nexus.Protocol.Backend;
using Nexus.Testing;
using Wire = Nexus.Contracts.Streams.V1;

namespace Nexus.Contracts.Carriers;

/// <summary>What waits for a call of `Streams.Datagrams`; the encoding is checked against the generated messages.</summary>
public sealed class DatagramOutboxTests
{
    private static readonly OpenStream s_open = new() { ClientAddress = "192.0.2.7:5353", LocalPort = 53, ClaimedPort = 53, Transport = StreamTransport.Udp };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Written_IsWhatProtobufWrites_EndsLast()
    {
        var outbox = new DatagramOutbox(new());
        var share = default(FlowShare);
        outbox.End(299, FlowEnd.Idle);
        Assert.True(outbox.TryOpen(300, s_open));
        Assert.True(outbox.TrySend(300, ref share, []));
        Assert.True(outbox.TrySend(300, ref share, new byte[20_000]));

        var batch = await TakeAsync(outbox);
        Assert.Equal(
            new Wire.DatagramBatch
            {
                Events =
                {
                    new Wire.FlowEvent { Flow = 300, Open = s_open.ToWire() },
                    new Wire.FlowEvent { Flow = 300, Datagram = ByteString.Empty },
                    new Wire.FlowEvent { Flow = 300, Datagram = ByteString.CopyFrom(new byte[20_000]) },
                    new Wire.FlowEvent { Flow = 299, End = Wire.FlowEnd.Idle },
                },
            },
            Wire.DatagramBatch.Parser.ParseFrom(batch.Encoded.Span));
        var events = new Recorded();
        DatagramBatchFormat.Read(batch, events);
        Assert.Equal([$"open 300 {s_open.ClientAddress}", "300: 0", "300: 20000", "end 299 Idle"], events.Items);
    }

    [Fact]
    [Statement("node 98")]
    public async Task OneFlow_WithoutEnd_LeavesRoomForOthers_AndAllIsBounded()
    {
        var outbox = new DatagramOutbox(new() { MaxBytes = 64 * 1024, MaxBytesPerFlow = 16 * 1024 });
        var (noisy, quiet) = (default(FlowShare), default(FlowShare));
        var passed = 0;
        for (var i = 0; i < 1_000; i++) passed += outbox.TrySend(1, ref noisy, new byte[1_000]) ? 1 : 0;
        Assert.Equal(16, passed);
        Assert.True(outbox.TrySend(2, ref quiet, new byte[1_000]));
        for (var flow = 3UL; flow < 1_000; flow++)
        {
            var other = default(FlowShare);
            outbox.TrySend(flow, ref other, new byte[1_000]);
        }

        Assert.False(outbox.TryOpen(5_000, s_open with { ClientAddress = "[2001:db8::1]:5353", TraceState = new string('x', 500) }));
        Assert.InRange((await TakeAsync(outbox)).Encoded.Length, 60 * 1024, 64 * 1024);
        Assert.True(outbox.TrySend(1, ref noisy, new byte[1_000])); // the next batch
    }

    [Fact]
    public async Task Ends_AreNeverDropped()
    {
        var outbox = new DatagramOutbox(new() { MaxBytes = 1_024 });
        var share = default(FlowShare);
        Assert.True(outbox.TrySend(1, ref share, new byte[1_000]));
        for (var flow = 0UL; flow < 300_000; flow++) outbox.End(1_000_000 + flow, FlowEnd.Evicted);
        var events = new Recorded();
        while (events.Items.Count < 300_001) DatagramBatchFormat.Read(await TakeAsync(outbox), events);
        Assert.Equal("end 1299999 Evicted", events.Items[^1]);
    }

    [Fact]
    public void Read_AnyBytes_GivesEventsOrAnError()
    {
        var random = new Random(7);
        var valid = new Wire.DatagramBatch { Events = { new Wire.FlowEvent { Flow = 3, Open = s_open.ToWire() }, new Wire.FlowEvent { Flow = 3, Datagram = ByteString.CopyFromUtf8("datagram") } } }.ToByteArray();
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = valid.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0) bytes = bytes[..random.Next(bytes.Length)];
            try
            {
                var batch = DatagramBatchFormat.Read(new ArrayContext(bytes).Received);
                DatagramBatchFormat.Read(batch, new Recorded());
                batch.Release();
            }
            catch (RpcException e)
            {
                Assert.Equal(StatusCode.InvalidArgument, e.StatusCode);
            }
        }
    }

    [Fact]
    public async Task Datagrams_PutInAndTakenOut_AllocateNothing()
    {
        var outbox = new DatagramOutbox(new());
        var (share, datagram) = (default(FlowShare), new byte[100]);
        for (var i = 0; i < 1_000; i++) outbox.TrySend(1, ref share, datagram);
        (await TakeAsync(outbox)).Release();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) outbox.TrySend(1, ref share, datagram);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000);
    }

    private static async Task<DatagramBatch> TakeAsync(DatagramOutbox outbox) =>
        await outbox.TakeAsync(Cancellation).AsTask().BoundedAsync() ?? throw new InvalidOperationException("Nothing to take.");

    private sealed class Recorded : IFlowEvents
    {
        public List<string> Items { get; } = [];

        public void OnOpen(ulong flow, OpenStream? open) => Items.Add($"open {flow} {open?.ClientAddress}");

        public void OnDatagram(ulong flow, ReadOnlySpan<byte> datagram) => Items.Add($"{flow}: {datagram.Length}");

        public void OnEnd(ulong flow, FlowEnd end) => Items.Add($"end {flow} {end}");
    }
}
