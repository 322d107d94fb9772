using System.Text;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.Peering;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>What a session's reader makes of a link's messages.</summary>
public sealed class PeerReaderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Statement("node 114")]
    public async Task Link_UnknownMessages_AreIgnored_AndKnownOnesDispatched()
    {
        await using var link = new Link();
        var id = StreamId.New();
        byte[] head = [0, .. id.ToGuid().ToByteArray(bigEndian: true)];
        foreach (var marker in new byte[] { 0x00, 0x01, 0x02, 0x10, 0x17, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0xff })
        {
            head[0] = marker;
            await link.SendAsync(2, head[..1]);
            await link.SendAsync(2, head[..^1]);
            await link.SendAsync(2, marker == PeerFrame.Credits ? [.. head, 0, 0, 0, 0, 0, 0, 0, 9] : head);
        }

        await link.SendAsync(2, []);
        await link.SendAsync(1, "{}"u8.ToArray());

        Assert.Equal(["data 0", "Disconnect 0", "PauseStream 0", "ResumeStream 0", "ResumeStream 9", "HalfClose 0", "text {}"], await link.EndAsync());
    }

    [Fact]
    public async Task Link_OfManyTexts_LivesOn()
    {
        await using var link = new Link();
        for (var i = 0; i < 3_000; i++) await link.SendAsync(1, "{\"type\":\"announce\"}"u8.ToArray());

        Assert.Equal(3_000, (await link.EndAsync()).Length);
    }

    [Fact]
    public async Task Link_OfTextsThatAreNone_IsClosed()
    {
        await using var link = new Link(reportsUseless: true);
        for (var i = 0; i < 1_001; i++) await link.SendAsync(1, "{"u8.ToArray());

        Assert.Equal(SessionReaderEnd.ProtocolError, await link.Running.BoundedAsync());
    }

    [Theory]
    [InlineData(1, 100_000, null)]
    [InlineData(1, 100_001, SessionReaderEnd.MessageTooBig)]
    [InlineData(2, DataFrame.MaxMessageSize, null)]
    [InlineData(2, DataFrame.MaxMessageSize + 1, SessionReaderEnd.MessageTooBig)]
    public async Task Limit_IsThatOfTheKind(int opcode, int size, SessionReaderEnd? end)
    {
        await using var link = new Link();
        await link.SendAsync(opcode, new byte[size]);
        if (end is null)
        {
            await link.EndAsync();
            end = SessionReaderEnd.EndOfStream;
        }

        Assert.Equal(end, await link.Running.BoundedAsync());
    }

    [Theory]
    [InlineData(1, 99_999, 1, null)]
    [InlineData(1, 99_999, 2, SessionReaderEnd.MessageTooBig)]
    [InlineData(2, 32_000, 786, SessionReaderEnd.MessageTooBig)]
    public async Task Limit_InFragments_IsThatOfTheWhole(int opcode, int first, int second, SessionReaderEnd? end)
    {
        await using var link = new Link();
        await link.SendAsync(opcode, new byte[first], isFinal: false);
        await link.SendAsync(9, []);
        await link.SendAsync(0, new byte[second]);
        if (end is null) Assert.Single(await link.EndAsync());
        else Assert.Equal(end, await link.Running.BoundedAsync());
    }

    [Fact]
    public async Task Frames_InSteadyState_AllocateNothing()
    {
        const int Rounds = 100;
        const int Messages = 400;
        using var frames = new MemoryStream();
        var id = StreamId.New();
        for (var i = 0; i < Messages; i++)
        {
            var (marker, size) = (i % 4) switch { 0 => (PeerFrame.Data, 200), 1 => (PeerFrame.Credits, 8), 2 => (PeerFrame.Pause, 0), _ => (PeerFrame.Resume, 0) };
            var message = new byte[PeerFrame.HeaderSize + size];
            message[0] = marker;
            id.Write(message.AsSpan(1));
            var header = new byte[WebSocketFrameHeader.MaxSize];
            frames.Write(header, 0, WebSocketFrameHeader.Write(header, WebSocketOpcode.Binary, message.Length, null));
            frames.Write(message);
        }

        using var messages = new WebSocketMessageReader(new RepeatingStream(frames.ToArray(), Rounds), WebSocketRole.Client, DataFrame.MaxMessageSize) { MaxTextSize = 100_000 };
        var writer = new SessionWriter(Stream.Null, new() { Role = WebSocketRole.Client, Format = new PeerFormat() }, TimeProvider.System);
        await using var reader = new SessionReader(messages, writer, TimeProvider.System);
        var counter = new Counter();

        Assert.Equal(SessionReaderEnd.EndOfStream, await reader.RunAsync(counter, Token).BoundedAsync());
        Assert.Equal(Messages * Rounds, counter.Messages);
        Assert.True(counter.PerMessage < 1, $"{counter.PerMessage} bytes per message");
    }

    /// <summary>Counts, and looks at the thread's allocations from the middle to the end.</summary>
    private sealed class Counter : ISessionHandler
    {
        private const int Warm = 2_000;
        private long _before;
        private long _after;

        public int Messages { get; private set; }

        public double PerMessage => (_after - _before) / (double)(Messages - Warm);

        public void OnData(StreamId streamId, ReadOnlySpan<byte> payload) => Count();

        public void OnControl(in ControlMessage message) => Count();

        public void OnText(ReadOnlySpan<byte> utf8) => Count();

        private void Count()
        {
            _after = GC.GetAllocatedBytesForCurrentThread();
            if (++Messages == Warm) _before = _after;
        }
    }

    /// <summary>The same bytes again and again.</summary>
    private sealed class RepeatingStream(byte[] bytes, int rounds) : MemoryStream
    {
        private int _offset;
        private int _left = rounds;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0 || buffer.IsEmpty) return new(0);
            var count = Math.Min(buffer.Length, bytes.Length - _offset);
            bytes.AsMemory(_offset, count).CopyTo(buffer);
            _offset += count;
            if (_offset < bytes.Length) return new(count);
            _offset = 0;
            _left--;
            return new(count);
        }
    }

    /// <summary>A link of our own whose other end is a script.</summary>
    private sealed class Link : ISessionHandler, IAsyncDisposable
    {
        private readonly StreamPair _pair = new(room: 1 << 24);
        private readonly WebSocketMessageReader _messages;
        private readonly SessionReader _reader;
        private readonly List<string> _seen = [];
        private readonly bool _reportsUseless;

        public Link(bool reportsUseless = false)
        {
            _reportsUseless = reportsUseless;
            _messages = new(_pair.Near, WebSocketRole.Client, DataFrame.MaxMessageSize) { MaxTextSize = 100_000 };
            var writer = new SessionWriter(_pair.Near, new() { Role = WebSocketRole.Client, Format = new PeerFormat() }, TimeProvider.System);
            _reader = new(_messages, writer, TimeProvider.System);
            Running = _reader.RunAsync(this, Token);
        }

        public Task<SessionReaderEnd> Running { get; }

        public async Task SendAsync(int opcode, byte[] payload, bool isFinal = true)
        {
            var header = new byte[WebSocketFrameHeader.MaxSize];
            var size = WebSocketFrameHeader.Write(header, (WebSocketOpcode)opcode, payload.Length, null, isFinal);
            await _pair.Far.WriteAsync((byte[])[.. header[..size], .. payload], Token);
        }

        /// <summary>All that was dispatched.</summary>
        public async Task<string[]> EndAsync()
        {
            await _pair.Far.DisposeAsync();
            Assert.Equal(SessionReaderEnd.EndOfStream, await Running.BoundedAsync());
            return [.. _seen];
        }

        public void OnData(StreamId streamId, ReadOnlySpan<byte> payload) => _seen.Add($"data {payload.Length}");

        public void OnControl(in ControlMessage message) => _seen.Add($"{message.Event} {message.Credits}");

        public void OnText(ReadOnlySpan<byte> utf8)
        {
            _seen.Add($"text {Encoding.UTF8.GetString(utf8)}");
            if (_reportsUseless) _reader.ReportUseless();
        }

        public async ValueTask DisposeAsync()
        {
            await _pair.DisposeAsync();
            await Running.BoundedAsync();
            await _reader.DisposeAsync();
            _messages.Dispose();
        }
    }
}
