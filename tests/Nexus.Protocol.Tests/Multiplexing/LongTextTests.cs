using System.Text;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.Naming;
using Nexus.Protocol.Peering;
using Nexus.Protocol.Tests.Peering;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>Announcements of any length on a link that carries tunnels.</summary>
public sealed class LongTextTests
{
    private static readonly RouteKey[] s_names = [.. Enumerable.Range(0, 20_000).Select(i => RouteKey.ForHost($"service-{i}.customer.example.test"))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(WebSocketRole.Client)]
    [InlineData(WebSocketRole.Server)]
    public async Task LongText_BesideSaturatingData_ArrivesWhole_AndDataGoesOn(WebSocketRole role)
    {
        await using var test = new WriterUnderTest(room: 64 * 1024, role, format: new PeerFormat());
        var lane = new SendLane(test.Writer, StreamId.New(), new EndlessSource(), new PeerCredits(isGrantCertain: false));
        lane.OpenSilently();
        var running = lane.RunAsync(Token);
        await NextDataAsync(test);

        test.Writer.PostText(AnnouncementText.Full(1, s_names, null));
        test.Writer.PostText("short"u8.ToArray());

        (WebSocketReceivedKind Kind, byte[] Message) received;
        while ((received = await test.NextMessageAsync()).Kind == WebSocketReceivedKind.Binary)
        {
            // What was under way.
        }

        Assert.Equal(AnnouncementBytes.Of(AnnouncementText.Full(1, s_names, null)), received.Message);
        while ((received = await test.NextMessageAsync()).Kind == WebSocketReceivedKind.Binary)
        {
            // Between two texts data may leave.
        }

        Assert.Equal("short"u8, received.Message);
        await NextDataAsync(test);
        test.Stop();
        await running.BoundedAsync();
    }

    [Fact]
    public async Task Pings_WhileALongTextLeaves_ComeBetweenItsPieces()
    {
        await using var test = new WriterUnderTest(room: 1, format: new PeerFormat());
        test.Writer.PostText(AnnouncementText.Full(1, s_names, null)); // the first pieces fill the line
        test.Writer.Ping();

        Assert.Equal(WebSocketReceivedKind.Ping, (await test.NextMessageAsync()).Kind); // before the text is complete
        Assert.Equal(WebSocketReceivedKind.Text, (await test.NextMessageAsync()).Kind);
    }

    [Fact]
    public async Task Text_ThatTurnsOutToBeEmpty_IsNotSent()
    {
        await using var test = new WriterUnderTest(format: new PeerFormat());
        test.Writer.PostText(new EmptyText());
        test.Writer.PostText("next"u8.ToArray());

        Assert.Equal("next", Encoding.UTF8.GetString((await test.NextMessageAsync()).Message));
    }

    [Fact]
    public async Task Close_BehindALongText_ComesBehindIt()
    {
        await using var test = new WriterUnderTest(format: new PeerFormat());
        test.Writer.PostText(AnnouncementText.Full(1, s_names, null));
        test.Writer.Close(WebSocketCloseCode.GoingAway);

        Assert.Equal(WebSocketReceivedKind.Text, (await test.NextMessageAsync()).Kind);
        Assert.Equal(WebSocketReceivedKind.Close, (await test.NextMessageAsync()).Kind);
        Assert.Equal(SessionWriterEnd.Closed, await test.Running.BoundedAsync());
    }

    [Fact]
    public async Task Texts_BeyondTheBound_EndTheSession()
    {
        await using var test = new WriterUnderTest(format: new PeerFormat(), start: false);
        for (var i = 0; i < 4_097; i++) test.Writer.PostText(AnnouncementText.Full(1, [], null));
        test.Start();

        Assert.Equal(SessionWriterEnd.ControlOverflow, await test.Running.BoundedAsync());
    }

    private static async Task NextDataAsync(WriterUnderTest test) => Assert.Equal(WebSocketReceivedKind.Binary, (await test.NextMessageAsync()).Kind);

    private sealed class EmptyText : ITextSource
    {
        public int Read(Span<byte> room, out bool isEnd)
        {
            isEnd = true;
            return 0;
        }
    }
}
