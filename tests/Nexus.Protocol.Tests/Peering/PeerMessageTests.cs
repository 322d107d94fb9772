using System.Text;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;
using Nexus.Protocol.Peering;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Peering;

public sealed class PeerMessageTests
{
    private const string Id = "137c460f-5af6-4541-90b7-165514275f7f";

    [Fact]
    [Statement("node 111")]
    public void Announcement_NamesOfEveryKind_AreKeys()
    {
        var announcement = Announcement("""{"version":2,"type":"announce","hostnames":["app.test","udp:31053","tcp:31001","*.wild.test"],"client_id":"00000000-0000-0000-0000-000000000000"}""");

        Assert.Equal((2UL, null, null, 0), (announcement.Version, announcement.Base, announcement.Node, announcement.Skipped));
        Assert.Equal([RouteKey.ForHost("app.test"), RouteKey.ForUdpPort(31_053), RouteKey.ForTcpPort(31_001), RouteKey.ForWildcard(".wild.test")], announcement.Names);
    }

    [Fact]
    public void Announcement_OfANodeThatKnowsOurExtensions_NamesIt()
    {
        Assert.Equal(new PeerNode("n1", "eu"), Announcement("""{"version":1,"type":"announce","nexus":{"v":1,"node":"n1","region":"eu"}}""").Node);
        Assert.Equal(new PeerNode("n1", ""), Announcement("""{"type":"announce","Nexus":{"V":7,"NODE":"n1","more":[{}]}}""").Node);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("[{}]")]
    [InlineData("""{"v":0,"node":"n1"}""")]
    [InlineData("""{"v":"1","node":"n1"}""")]
    [InlineData("""{"v":1,"node":""}""")]
    [InlineData("""{"v":1,"node":[[1]]}""")]
    [InlineData("""{"v":1e99,"node":"n1"}""")]
    public void Announcement_WithAnObjectThatIsNotOurs_IsOneOfTheOriginal(string node) =>
        Assert.Null(Announcement($$"""{"version":1,"type":"announce","nexus":{{node}},"hostnames":["a.test"]}""").Node);

    [Fact]
    public void Delta_IsReadWithItsBase()
    {
        var delta = Announcement("""{"type":"announce_delta","version":9,"base":8,"added":["a.test","A.test"],"removed":["b.test",null]}""");

        Assert.Equal((9UL, 8UL, 2), (delta.Version, delta.Base, delta.Skipped));
        Assert.Equal([RouteKey.ForHost("a.test")], delta.Names);
        Assert.Equal([RouteKey.ForHost("b.test")], delta.Removed);
    }

    [Fact]
    public void Names_ThatNobodyCouldReach_AreSkippedAndCounted()
    {
        string[] bad = ["", "App.test", "*.com", "*.*.a.b", "a..b", ".a", "a.", "tcp:0", "tcp:65536", "udp:x", "a:b", "b\\u00fccher.test", "a b", new('a', 254), "*." + new string('a', 300), new('x', 5_000)];
        var names = string.Join(',', bad.Select(name => $"\"{name}\""));

        var announcement = Announcement($$"""{"version":1,"type":"announce","hostnames":[{{names}},null,"good.test","esc\u0061ped.test"]}""");

        Assert.Equal([RouteKey.ForHost("good.test"), RouteKey.ForHost("escaped.test")], announcement.Names);
        Assert.Equal(bad.Length + 1, announcement.Skipped);
    }

    [Fact]
    public void Names_BeyondTheLimit_AreSkippedAndCounted()
    {
        Assert.True(PeerMessage.TryRead("""{"version":1,"type":"announce","hostnames":["a.test","b.test","c.test"]}"""u8, 2, out var message));
        Assert.Equal((2, 1), (message.Announcement?.Names.Count, message.Announcement?.Skipped));
    }

    [Fact]
    public void Names_OfAKeyThatIsRepeated_CostNoMemoryAgain()
    {
        var text = $$"""{"version":1,"type":"announce",{{string.Concat(Enumerable.Repeat("\"hostnames\":[\"a.test\"],", 10_000))}}"hostnames":["b.test"]}""";
        var utf8 = Encoding.UTF8.GetBytes(text);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.True(PeerMessage.TryRead(utf8, PeerMessage.DefaultMaxNames, out var message));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20L * utf8.Length);
        Assert.Equal([RouteKey.ForHost("b.test")], message.Announcement?.Names);
    }

    [Fact]
    public void Request_IsAConnect()
    {
        var request = Read($$"""{"type":"tunnel_request","client_id":"{{Id}}","conn_port":31001,"client_ip":"127.0.0.1:42694","hostname":"far.test","transport":"tcp","is_tls":true,"trace_parent":"00-1","trace_state":"x=y"}""").Request;

        Assert.True(StreamId.TryParse(Encoding.ASCII.GetBytes(Id), out var id));
        Assert.Equal(new ControlMessage(ControlEvent.Connect, id) { Port = 31_001, ClientAddress = "127.0.0.1:42694", Hostname = "far.test", Transport = "tcp", IsTls = true, TraceParent = "00-1", TraceState = "x=y" }, request);
    }

    [Fact]
    public void Request_WrittenForTheOriginal_HasNoTrace()
    {
        var room = new byte[1_024];
        var connect = new ControlMessage(ControlEvent.Connect, default) { Hostname = "a<\"b.test", TraceParent = "00-1", TraceState = "x" };

        Assert.True(TunnelRequest.TryWrite(connect, extended: false, room, out var length));
        Assert.Equal("""{"type":"tunnel_request","client_id":"00000000-0000-0000-0000-000000000000","hostname":"a\u003c\"b.test"}""", Encoding.UTF8.GetString(room, 0, length));
        Assert.True(TunnelRequest.TryWrite(connect, extended: true, room, out length));
        Assert.Equal(connect, Read(Encoding.UTF8.GetString(room, 0, length)).Request);
    }

    // spec/node.md §0: as the original's decoder.
    [Theory]
    [InlineData("""{"TYPE":"announce","Version":3,"x":{"deep":[1,{}]},"HostNames":["a.test"]}""")]
    [InlineData("""{"type":"announce","version":1,"version":3,"hostnames":["b.test"],"hostnames":["a.test"]}""")]
    [InlineData(""" {"type":"announce","version":3,"hostnames":["a.test"],"conn_port":null,"client_id":null,"transport":null} """)]
    [InlineData("""{"hostnames":["a.test"],"version":3,"type":"announce","client_id":"urn:uuid:00112233-4455-6677-8899-AABBCCDDEEFF"}""")]
    public void Reading_IsAsLenientAsTheOriginal(string text)
    {
        var announcement = Announcement(text);

        Assert.Equal(3UL, announcement.Version);
        Assert.Equal([RouteKey.ForHost("a.test")], announcement.Names);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\"announce\"")]
    [InlineData("{}{}")]
    [InlineData("{} x")]
    [InlineData("{\"type\":\"announce\",}")]
    [InlineData("{\"type\":1}")]
    [InlineData("{\"version\":\"1\"}")]
    [InlineData("{\"version\":-1}")]
    [InlineData("{\"version\":1.5}")]
    [InlineData("{\"version\":18446744073709551616}")]
    [InlineData("{\"hostnames\":\"a.test\"}")]
    [InlineData("{\"hostnames\":[1]}")]
    [InlineData("{\"hostnames\":[[\"a.test\"]]}")]
    [InlineData("{\"client_id\":\"\"}")]
    [InlineData("{\"client_id\":\"x\"}")]
    [InlineData("{\"conn_port\":\"1\"}")]
    [InlineData("{\"is_tls\":1}")]
    [InlineData("{\"added\":{}}")]
    [InlineData("{\"base\":-1}")]
    public void Reading_AWrongTypeOrForm_RefusesTheMessage(string text) => Assert.False(PeerMessage.TryRead(Encoding.UTF8.GetBytes(text), 10, out _));

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"type":"","hostnames":null}""")]
    [InlineData("""{"type":"Announce"}""")]
    public void Reading_AnUnknownType_GivesIt(string text) => Assert.Equal(PeerMessageKind.Unknown, Read(text).Kind);

    [Fact]
    public void Reading_LongTexts_KeepsToTheLimits()
    {
        var text = new string('a', 2_000);
        Assert.Null(Read($$"""{"type":"tunnel_request","trace_parent":"{{text}}"}""").Request.TraceParent);
        Assert.Equal(PeerMessageKind.Unknown, Read($$"""{"type":"{{text}}"}""").Kind);
        Assert.False(PeerMessage.TryRead(Encoding.UTF8.GetBytes($$"""{"client_ip":"{{text}}"}"""), 10, out _));
        Assert.False(PeerMessage.TryRead(Encoding.UTF8.GetBytes($$"""{"hostname":"{{text}}"}"""), 10, out _));
        Assert.Null(Announcement($$$"""{"type":"announce","nexus":{"v":1,"node":"{{{text}}}"}}""").Node);
    }

    private static PeerAnnouncement Announcement(string text) => Assert.IsType<PeerAnnouncement>(Read(text).Announcement);

    private static PeerMessage Read(string text)
    {
        Assert.True(PeerMessage.TryRead(Encoding.UTF8.GetBytes(text), 100, out var message), text);
        return message;
    }
}
