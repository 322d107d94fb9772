using System.Text;
using Nexus.Protocol.Naming;
using Nexus.Protocol.Peering;
using Nexus.Protocol.WebSockets;

namespace Nexus.Protocol.Tests.Peering;

public sealed class AnnouncementTextTests
{
    private const string NilId = "\"client_id\":\"00000000-0000-0000-0000-000000000000\"";

    [Fact]
    public void Full_WithoutNames_LeavesThemOut() =>
        Assert.Equal($$"""{"version":1,"type":"announce",{{NilId}}}""", Text(AnnouncementText.Full(1, [], null)));

    [Fact]
    public void Full_OfOurs_SaysWhoWeAre() => Assert.Equal(
        $$$"""{"version":18446744073709551615,"type":"announce","hostnames":["a.test","*.b.test","tcp:53","udp:65535"],{{{NilId}}},"nexus":{"v":1,"node":"n\"1","region":"eu"}}""",
        Text(AnnouncementText.Full(ulong.MaxValue, [RouteKey.ForHost("a.test"), default, RouteKey.ForWildcard(".b.test"), RouteKey.ForTcpPort(53), RouteKey.ForUdpPort(65_535)], new("n\"1", "eu"))));

    [Fact]
    public void Delta_HasItsBaseAndBothLists()
    {
        var text = Text(AnnouncementText.Delta(9, 8, [RouteKey.ForHost("a.test")], [RouteKey.ForHost("b.test"), RouteKey.ForTcpPort(1)]));
        Assert.Equal($$"""{"version":9,"type":"announce_delta","base":8,"added":["a.test"],"removed":["b.test","tcp:1"],{{NilId}}}""", text);
    }

    [Theory]
    [InlineData(ITextSource.MinRoom)]
    [InlineData(5_000)]
    [InlineData(32 * 1024)]
    public void Full_Of100000Names_ComesBackWhole(int room)
    {
        var names = Names(100_000);
        var bytes = AnnouncementBytes.Of(AnnouncementText.Full(7, names, new("n", "r")), room);

        Assert.True(PeerMessage.TryRead(bytes, PeerMessage.DefaultMaxNames, out var message));
        Assert.Equal(7UL, message.Announcement?.Version);
        Assert.Equal(names, message.Announcement?.Names);
        Assert.Equal(0, message.Announcement?.Skipped);
    }

    [Fact]
    public void Full_LongestNamesWithEscapes_FitIntoEveryPiece()
    {
        var label = new string('<', 63);
        var name = RouteKey.ForHost($"{label}.{label}.{label}.{label[..61]}");
        Assert.False(name.IsNone);
        RouteKey[] names = [.. Enumerable.Repeat(name, 100)];

        Assert.True(PeerMessage.TryRead(AnnouncementBytes.Of(AnnouncementText.Full(1, names, null), ITextSource.MinRoom), 1_000, out var message));
        Assert.Equal(names, message.Announcement?.Names);
    }

    [Fact]
    public void Full_LargerThanTheReceiverTakes_IsCutAtAName()
    {
        var text = AnnouncementText.Full(1, Names(10_000), null, maxSize: 64 * 1024);
        var bytes = AnnouncementBytes.Of(text);

        Assert.InRange(bytes.Length, 50 * 1024, 64 * 1024);
        Assert.True(PeerMessage.TryRead(bytes, 100_000, out var message));
        Assert.Equal(10_000, message.Announcement?.Names.Count + text.Omitted);
    }

    [Fact]
    public void WritingCostsNoMemory_AndReadingOnlyTheNames()
    {
        var names = Names(100_000);
        Allocated(names); // what is compiled in a hurry boxes
        var (writing, reading) = Allocated(names);

        Assert.True(writing < 10_000, $"writing allocated {writing} bytes");
        Assert.True(reading < names.Length * 300L, $"reading allocated {reading} bytes");
    }

    private static (long Writing, long Reading) Allocated(RouteKey[] names)
    {
        var bytes = new byte[8 << 20];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var text = AnnouncementText.Full(1, names, null);
        var length = 0;
        for (var isEnd = false; !isEnd;) length += text.Read(bytes.AsSpan(length, 32 * 1024), out isEnd);
        var written = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(PeerMessage.TryRead(bytes.AsSpan(0, length), PeerMessage.DefaultMaxNames, out _));
        return (written, GC.GetAllocatedBytesForCurrentThread() - before - written);
    }

    private static RouteKey[] Names(int count) => [.. Enumerable.Range(0, count).Select(i => RouteKey.ForHost($"service-{i}.customer.example.test"))];

    private static string Text(AnnouncementText text) => Encoding.UTF8.GetString(AnnouncementBytes.Of(text));
}
