using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>Credits that a session returns: each exactly once.</summary>
public sealed class GrantTests
{
    [Fact]
    [Statement("client 100")]
    public async Task Grants_BeforeTheyLeave_AreOneSum()
    {
        await using var test = new WriterUnderTest(start: false);
        var lane = test.NewLane(new EndlessSource(total: 0));
        for (var i = 0; i < 10; i++) lane.Grant(8);

        test.Start();

        Assert.Equal("RESUMESTREAM 80", await test.NextAsync());
    }

    [Fact]
    [Statement("node 60")]
    public async Task Grants_WhileTheControlQueueIsFull_AreNotLost()
    {
        await using var test = new WriterUnderTest(start: false);
        var lanes = Enumerable.Range(0, 3).Select(_ => test.NewLane(new EndlessSource(total: 0))).ToArray();
        var bound = new SessionWriterOptions { Role = WebSocketRole.Server, MaxPayload = 16_384 }.MaxQueuedMessages;
        foreach (var lane in lanes) lane.Grant(8);
        for (var i = 0; i < bound; i++) test.Writer.Post(new(ControlEvent.PongClient, StreamId.New()));
        foreach (var lane in lanes) lane.Grant(16);

        test.Start();
        for (var i = 0; i < bound; i++) Assert.Equal("PONGCLIENT", await test.NextAsync());
        foreach (var lane in lanes)
        {
            var (what, id, _) = await test.NextFrameAsync();
            Assert.Equal(("RESUMESTREAM 24", lane.StreamId), (what, id));
        }
    }
}
