using System.Net.WebSockets;
using System.Security.Cryptography;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.WebSockets;

public sealed class WebSocketMessageReaderTests
{
    private const int Limit = 32_785;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int> Sizes => [0, 1, 125, 126, 127, 4_096, 16_384, 32_767, Limit];

    public static TheoryData<string, byte[]> ProtocolErrors => new()
    {
        { "unmasked frame to a server", [0x82, 0x01, 0x00] },
        { "RSV1", [0xC2, 0x80, 0, 0, 0, 0] },
        { "RSV2", [0xA2, 0x80, 0, 0, 0, 0] },
        { "RSV3", [0x92, 0x80, 0, 0, 0, 0] },
        { "opcode 3", [0x83, 0x80, 0, 0, 0, 0] },
        { "opcode 11", [0x8B, 0x80, 0, 0, 0, 0] },
        { "continuation of nothing", [0x80, 0x80, 0, 0, 0, 0] },
        { "new message inside a fragmented one", [0x02, 0x80, 0, 0, 0, 0, 0x82, 0x80, 0, 0, 0, 0] },
        { "fragmented ping", [0x09, 0x80, 0, 0, 0, 0] },
        { "ping of 126 bytes", [0x89, 0xFE, 0, 126, 0, 0, 0, 0] },
        { "close of one byte", [0x88, 0x81, 0, 0, 0, 0, 3] },
        { "close code 1005", [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xED] },
        { "close code 999", [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE7] },
        { "close reason not UTF-8", [0x88, 0x83, 0, 0, 0, 0, 0x03, 0xE8, 0xFF] },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Message_FromPlatformClient_ArrivesWhole(int size)
    {
        await using var pair = new StreamPair();
        using var reader = new WebSocketMessageReader(pair.Far, WebSocketRole.Server, Limit);
        using var peer = WebSocket.CreateFromStream(pair.Near, isServer: false, null, Timeout.InfiniteTimeSpan);
        var message = RandomNumberGenerator.GetBytes(size);

        await peer.SendAsync(message, WebSocketMessageType.Binary, true, Token);
        var received = await reader.ReadAsync(Token).BoundedAsync();

        Assert.Equal(WebSocketReceivedKind.Binary, received.Kind);
        Assert.Equal(message, received.Payload.ToArray());
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Message_InFragmentsOf4096WithPingsBetween_IsReassembled(int size)
    {
        await using var pair = new StreamPair();
        using var reader = new WebSocketMessageReader(pair.Far, WebSocketRole.Client, Limit);
        var message = RandomNumberGenerator.GetBytes(size);
        foreach (var (fragment, isFirst, isLast) in Fragments(message))
        {
            if (!isFirst) await pair.Near.WriteAsync(new byte[] { 0x89, 0x01, 0x2A }, Token);
            await pair.Near.WriteAsync(Frame(isFirst ? 2 : 0, isLast, fragment), Token);
        }

        WebSocketReceived received;
        do received = await reader.ReadAsync(Token).BoundedAsync();
        while (received.Kind == WebSocketReceivedKind.Ping);

        Assert.Equal(WebSocketReceivedKind.Binary, received.Kind);
        Assert.Equal(message, received.Payload.ToArray());
    }

    [Fact]
    public async Task Messages_ByteByByte_ArriveInOrder()
    {
        await using var pair = new StreamPair();
        using var reader = new WebSocketMessageReader(pair.Far, WebSocketRole.Client, Limit);
        var wire = Enumerable.Range(0, 40).SelectMany(i => Frame(2, true, Enumerable.Repeat((byte)i, i * 7).ToArray())).ToArray();
        var writing = Task.Run(
            async () =>
            {
                foreach (var b in wire) await pair.Near.WriteAsync(new[] { b }, Token);
            },
            Token);

        for (var i = 0; i < 40; i++)
        {
            var received = await reader.ReadAsync(Token).BoundedAsync();
            Assert.Equal(Enumerable.Repeat((byte)i, i * 7), received.Payload.ToArray());
        }

        await writing.BoundedAsync();
    }

    [Theory]
    [MemberData(nameof(ProtocolErrors))]
    public async Task Frame_AgainstRfc6455_IsProtocolError(string what, byte[] wire)
    {
        await using var pair = new StreamPair();
        using var reader = new WebSocketMessageReader(pair.Far, WebSocketRole.Server, Limit);

        await pair.Near.WriteAsync(wire, Token);
        var received = await reader.ReadAsync(Token).BoundedAsync();

        Assert.True(received.Kind == WebSocketReceivedKind.ProtocolError, what);
    }

    [Theory]
    [InlineData(new byte[] { 0x82, 0xFE, 0x80, 0x12, 0, 0, 0, 0 })] // 32 786 bytes
    [InlineData(new byte[] { 0x82, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0 })]
    public async Task Message_OverTheLimit_IsRefusedByItsHeader(byte[] header)
    {
        await using var pair = new StreamPair();
        using var reader = new WebSocketMessageReader(pair.Far, WebSocketRole.Server, Limit);

        await pair.Near.WriteAsync(header, Token);
        var received = await reader.ReadAsync(Token).BoundedAsync();

        Assert.Equal(WebSocketReceivedKind.TooBig, received.Kind);
    }

    [Fact]
    public async Task Message_OverTheLimitInFragments_IsRefused()
    {
        await using var pair = new StreamPair();
        using var reader = new WebSocketMessageReader(pair.Far, WebSocketRole.Client, Limit);

        await pair.Near.WriteAsync(Frame(2, false, new byte[Limit]), Token);
        await pair.Near.WriteAsync(Frame(0, true, [1]), Token);
        var received = await reader.ReadAsync(Token).BoundedAsync();

        Assert.Equal(WebSocketReceivedKind.TooBig, received.Kind);
    }

    [Fact]
    public async Task Close_WithReason_IsReadAndFinal()
    {
        await using var pair = new StreamPair();
        using var reader = new WebSocketMessageReader(pair.Far, WebSocketRole.Client, Limit);

        await pair.Near.WriteAsync(Frame(8, true, [0x03, 0xF0, (byte)'n', (byte)'o']), Token);
        await pair.Near.WriteAsync(Frame(2, true, [1]), Token);
        var received = await reader.ReadAsync(Token).BoundedAsync();
        var after = await reader.ReadAsync(Token).BoundedAsync();

        Assert.Equal(WebSocketReceivedKind.Close, received.Kind);
        Assert.Equal(WebSocketCloseCode.PolicyViolation, received.CloseCode);
        Assert.Equal("no"u8.ToArray(), received.Payload.ToArray());
        Assert.Equal(WebSocketReceivedKind.EndOfStream, after.Kind);
    }

    [Fact]
    public async Task RandomBytes_AnyRole_GiveAValue()
    {
        var random = new Random(20_261_121);
        for (var i = 0; i < 20_000; i++)
        {
            var wire = new byte[random.Next(1, 64)];
            random.NextBytes(wire);
            using var stream = new MemoryStream(wire);
            using var reader = new WebSocketMessageReader(stream, (WebSocketRole)(i & 1), 1_024);
            while (!IsTerminal((await reader.ReadAsync(Token)).Kind))
            {
                // Messages and pings may come first.
            }
        }
    }

    private static bool IsTerminal(WebSocketReceivedKind kind) => kind is WebSocketReceivedKind.EndOfStream
        or WebSocketReceivedKind.ProtocolError or WebSocketReceivedKind.TooBig or WebSocketReceivedKind.Close;

    private static IEnumerable<(byte[] Fragment, bool IsFirst, bool IsLast)> Fragments(byte[] message)
    {
        for (var start = 0; start == 0 || start < message.Length; start += 4_096)
        {
            var end = Math.Min(message.Length, start + 4_096);
            yield return (message[start..end], start == 0, end == message.Length);
        }
    }

    private static byte[] Frame(int opcode, bool isFinal, byte[] payload)
    {
        var header = new byte[WebSocketFrameHeader.MaxSize];
        var size = WebSocketFrameHeader.Write(header, (WebSocketOpcode)opcode, payload.Length, maskKey: null);
        if (!isFinal) header[0] &= 0x7F;
        return [.. header[..size], .. payload];
    }
}
