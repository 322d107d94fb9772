using System.Text;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.Peering;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>What a session's writer puts on a link between nodes.</summary>
public sealed class PeerFormatTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Statement("node 115", "node 114")]
    public async Task Origin_RequestsThenGrantsThenSends()
    {
        await using var test = new WriterUnderTest(format: new PeerFormat());
        var lane = NewLane(test, new EndlessSource(total: 20_000, fill: 7));

        var running = lane.RunAsync(Token);
        lane.Open(new(ControlEvent.Connect, lane.StreamId) { Port = 443, ClientAddress = "192.0.2.1:5", Hostname = "a.test", Transport = "tcp", IsTls = true, Credits = 64, TraceParent = "00-1" });

        var (kind, request) = await test.NextMessageAsync();
        Assert.Equal(WebSocketReceivedKind.Text, kind);
        Assert.Equal($$"""{"type":"tunnel_request","client_id":"{{lane.StreamId}}","conn_port":443,"client_ip":"192.0.2.1:5","hostname":"a.test","transport":"tcp","is_tls":true}""", Encoding.UTF8.GetString(request));
        Assert.Equal((WebSocketReceivedKind.Binary, $"15{Hex(lane)}0000000000000040"), await NextHexAsync(test));
        var (_, first) = await test.NextMessageAsync();
        Assert.True(PeerFrame.TryReadData(first, out var tunnel, out var payload));
        Assert.Equal((lane.StreamId, 16_384), (tunnel, payload.Length));
        Assert.Equal(17 + 3_616, (await test.NextMessageAsync()).Message.Length);
        Assert.Equal(SendLaneEnd.SourceEnded, await running.BoundedAsync());
    }

    [Fact]
    public async Task Tunnel_OfTheOriginal_HearsNothingOfOurExtensions()
    {
        await using var test = new WriterUnderTest(format: new PeerFormat());
        var lane = NewLane(test, new EndlessSource());
        lane.OpenSilently();
        lane.HalfClose();
        lane.Ping();
        lane.PausePeer();
        Assert.Equal($"13{Hex(lane)}", (await NextHexAsync(test)).Hex);
        lane.ResumePeer();
        lane.Finish(PeerCloseReasonText.NoBackend);

        Assert.Equal($"14{Hex(lane)}", (await NextHexAsync(test)).Hex);
        Assert.Equal($"12{Hex(lane)}", (await NextHexAsync(test)).Hex);
    }

    [Fact]
    public async Task Tunnel_OfANodeThatKnowsThem_HearsOurExtensions()
    {
        await using var test = new WriterUnderTest(format: new PeerFormat { IsExtended = true });
        var lane = NewLane(test, new EndlessSource());
        lane.OpenSilently();
        lane.HalfClose();
        Assert.Equal($"16{Hex(lane)}", (await NextHexAsync(test)).Hex);
        lane.Finish(PeerCloseReason.Full.ToText());
        Assert.Equal($"12{Hex(lane)}04", (await NextHexAsync(test)).Hex);

        var refused = StreamId.New();
        test.Writer.Post(new(ControlEvent.Disconnect, refused) { Reason = PeerCloseReasonText.NoBackend });
        Assert.Equal($"12{refused.ToGuid():n}03", (await NextHexAsync(test)).Hex);
    }

    /// <summary>What a receiver counts for 64 would be lost for ever, and with it the tunnel: the whole window may have been used before the first grant leaves.</summary>
    [Theory]
    [InlineData(1, "4008")]
    [InlineData(8, "4040")]
    [InlineData(100, "4040")] // only a node that does not count its credits has sent more
    [Statement("node 118")]
    public async Task Grants_BehindTheFirst_AreNotLostInIt(int grants, string expected)
    {
        await using var test = new WriterUnderTest(format: new PeerFormat(), start: false);
        var lane = NewLane(test, new EndlessSource());
        lane.OpenSilently();
        lane.Grant(PeerFrame.Window);
        for (var i = 0; i < grants; i++) lane.Grant(8);
        test.Writer.Post(new(ControlEvent.PauseStream, lane.StreamId));
        test.Start();

        var granted = new List<byte>();
        Assert.StartsWith("13", (await NextHexAsync(test)).Hex, StringComparison.Ordinal);
        lane.PausePeer();
        for (string hex; (hex = (await NextHexAsync(test)).Hex).StartsWith("15", StringComparison.Ordinal);) granted.Add(Convert.ToByte(hex[^2..], 16));
        Assert.Equal(expected, Convert.ToHexString(granted.ToArray()));
    }

    [Fact]
    [Statement("node 121")]
    public async Task Pause_StopsOneTunnelOnly_AndCreditsDoNotEndIt()
    {
        await using var test = new WriterUnderTest(room: 1, format: new PeerFormat());
        var (paused, other) = (NewLane(test, new EndlessSource()), NewLane(test, new EndlessSource()));
        paused.PauseSending();
        paused.OpenSilently();
        other.OpenSilently();
        Task<SendLaneEnd>[] running = [paused.RunAsync(Token), other.RunAsync(Token)];

        paused.AddCredits(8);
        for (var i = 0; i < 20; i++) Assert.Equal(other.StreamId, await NextTunnelAsync(test));
        paused.ResumeSending();
        while (await NextTunnelAsync(test) != paused.StreamId)
        {
            // What the other had under way.
        }

        test.Stop();
        await Task.WhenAll(running).BoundedAsync();
    }

    [Theory]
    [InlineData(true, 64)]
    [InlineData(false, 64)]
    [Statement("node 118")]
    public async Task Origin_OnceCreditsAreActive_HasNoMoreThan64Unreplenished(bool isGrantCertain, int window)
    {
        await using var test = new WriterUnderTest(format: new PeerFormat());
        var lane = new SendLane(test.Writer, StreamId.New(), new EndlessSource(), new PeerCredits(isGrantCertain));
        lane.AddCredits(64);
        lane.OpenSilently();
        var running = lane.RunAsync(Token);

        for (var i = 0; i < window; i++) Assert.Equal(lane.StreamId, await NextTunnelAsync(test));
        test.Writer.Post(new(ControlEvent.PauseStream, lane.StreamId));
        Assert.Equal($"13{Hex(lane)}", (await NextHexAsync(test)).Hex); // and not one more data message
        lane.AddCredits(8);
        for (var i = 0; i < 8; i++) Assert.Equal(lane.StreamId, await NextTunnelAsync(test));
        Assert.Equal(window + 8, lane.FramesSent);
        test.Writer.Post(new(ControlEvent.PauseStream, lane.StreamId));
        Assert.Equal($"13{Hex(lane)}", (await NextHexAsync(test)).Hex);

        lane.Cancel();
        Assert.Equal(SendLaneEnd.Cancelled, await running.BoundedAsync());
    }

    [Fact]
    public async Task Datagrams_AreOneMessageEach_WithoutCredits()
    {
        var format = new PeerFormat { IsExtended = true };
        await using var test = new WriterUnderTest(format: format);
        var queue = new DatagramQueue(1 << 20, 1 << 16, format);
        var lane = new SendLane(test.Writer, default, queue, UnlimitedCredits.Instance) { CarriesMessages = true };
        lane.OpenSilently();
        var running = lane.RunAsync(Token);
        var flow = new DatagramStream(StreamId.New());

        Assert.True(queue.TryOpen(flow, new(ControlEvent.Connect, flow.StreamId) { Port = 53, ClientAddress = "[::1]:9", Hostname = "udp:53", Transport = "udp" }));
        Assert.True(queue.TrySend(flow, "abc"u8));
        Assert.True(queue.TrySend(flow, []));
        queue.Finish(flow);

        var (kind, request) = await test.NextMessageAsync();
        Assert.Equal(WebSocketReceivedKind.Text, kind);
        Assert.Equal($$"""{"type":"tunnel_request","client_id":"{{flow.StreamId}}","conn_port":53,"client_ip":"[::1]:9","hostname":"udp:53","transport":"udp"}""", Encoding.UTF8.GetString(request));
        var id = $"{flow.StreamId.ToGuid():n}";
        Assert.Equal((WebSocketReceivedKind.Binary, $"11{id}616263"), await NextHexAsync(test));
        Assert.Equal((WebSocketReceivedKind.Binary, $"11{id}"), await NextHexAsync(test));
        Assert.Equal((WebSocketReceivedKind.Binary, $"12{id}"), await NextHexAsync(test));
        queue.End();
        Assert.Equal(SendLaneEnd.SourceEnded, await running.BoundedAsync());
    }

    private static SendLane NewLane(WriterUnderTest test, EndlessSource source) => new(test.Writer, StreamId.New(), source, new PeerCredits(isGrantCertain: false));

    private static async Task<(WebSocketReceivedKind Kind, string Hex)> NextHexAsync(WriterUnderTest test)
    {
        var (kind, message) = await test.NextMessageAsync();
        return (kind, Convert.ToHexStringLower(message));
    }

    private static async Task<StreamId> NextTunnelAsync(WriterUnderTest test)
    {
        var (_, message) = await test.NextMessageAsync();
        Assert.True(PeerFrame.TryReadData(message, out var tunnel, out _), Convert.ToHexString(message.AsSpan(0, Math.Min(message.Length, 20))));
        return tunnel;
    }

    private static string Hex(SendLane lane) => $"{lane.StreamId.ToGuid():n}";
}
