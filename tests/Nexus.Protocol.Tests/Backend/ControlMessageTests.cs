using System.Text;
using Nexus.Protocol.Backend;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Backend;

public sealed class ControlMessageTests
{
    private const string Id = "00112233-4455-6677-8899-aabbccddeeff";

    public static TheoryData<string> GoldenVectors =>
    [
        """{"event":"connect","client_id":"c3f8a801-a6c5-4565-ba24-f68c3a8bb7b4","conn_port":31001,"client_ip":"127.0.0.1:41452","transport":"tcp","hostname":"app.test","is_tls":true,"credits":64}""",
        """{"event":"connect","client_id":"00112233-4455-6677-8899-aabbccddeeff","conn_port":443,"client_ip":"203.0.113.10:54321","transport":"tcp","hostname":"app.example.com","is_tls":true,"credits":64}""",
        """{"event":"connect","client_id":"00112233-4455-6677-8899-aabbccddeeff","conn_port":31003,"client_ip":"[::1]:56822","transport":"tcp","hostname":"tcp:31002","credits":64}""",
        """{"event":"connect","client_id":"00112233-4455-6677-8899-aabbccddeeff","conn_port":31053,"client_ip":"127.0.0.1:33912","transport":"udp","hostname":"udp:31053","credits":64}""",
        """{"event":"disconnect","client_id":"00112233-4455-6677-8899-aabbccddeeff"}""",
        """{"event":"disconnect","client_id":"00112233-4455-6677-8899-aabbccddeeff","reason":"normal"}""",
        """{"event":"ping_client","client_id":"00112233-4455-6677-8899-aabbccddeeff"}""",
        """{"event":"pong_client","client_id":"00112233-4455-6677-8899-aabbccddeeff"}""",
        """{"event":"pause_stream","client_id":"00112233-4455-6677-8899-aabbccddeeff","reason":"buffer_full"}""",
        """{"event":"resume_stream","client_id":"00112233-4455-6677-8899-aabbccddeeff"}""",
        """{"event":"resume_stream","client_id":"00112233-4455-6677-8899-aabbccddeeff","credits":8}""",
        """{"event":"outbound_connect","client_id":"00112233-4455-6677-8899-aabbccddeeff","target_addr":"[::1]:25"}""",
        """{"event":"outbound_result","client_id":"00112233-4455-6677-8899-aabbccddeeff","success":true,"credits":64}""",
        """{"event":"outbound_result","client_id":"00112233-4455-6677-8899-aabbccddeeff","reason":"dial failed"}""",
        """{"event":"connect","client_id":"00000000-0000-0000-0000-000000000000","trace_parent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","trace_state":"a=1"}""",
    ];

    [Theory]
    [MemberData(nameof(GoldenVectors))]
    [Statement("client 74")]
    public void ReadAndWrite_GoldenVector_IsEqualByteForByte(string json) => Assert.Equal(json, Write(Read(json)));

    [Fact]
    public void TryRead_UnknownKeysOtherCaseAndOrder_AreAccepted()
    {
        var message = Read($$"""
             { "CREDITS" : 8, "extra":{"x":[1,{"y":null}]}, "Client_ID":"{{{Id.ToUpperInvariant()}}}", "\u0065VENT":"resume\u005fstream" }
            """);
        Assert.Equal(new ControlMessage(ControlEvent.ResumeStream, ParseId(Id)) { Credits = 8 }, message);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"event":null,"client_id":null,"conn_port":null,"is_tls":null,"credits":null,"reason":null}""")]
    [InlineData("""{"event":"","reason":""}""")]
    public void TryRead_MissingNullOrEmpty_IsZero(string json) => Assert.Equal(default, Read(json));

    [Fact]
    public void TryRead_UnknownEvent_IsNoRefusal() => Assert.Equal(ControlEvent.Unknown, Read("""{"event":"dance","client_id":null}""").Event);

    [Fact]
    public void TryRead_SameKeyTwice_LastOneCounts() => Assert.Equal(2, Read("""{"credits":1,"Credits":2}""").Credits);

    [Theory]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("0", 0)]
    [InlineData("-1", -1)]
    public void TryRead_AnyInt64Credits_AreKept(string number, long credits) => Assert.Equal(credits, Read($$"""{"credits":{{number}}}""").Credits);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("\"connect\"")]
    [InlineData("{")]
    [InlineData("{\"event\":")]
    [InlineData("{} {}")]
    [InlineData("{}x")]
    [InlineData("{},")]
    [InlineData("null null")]
    [InlineData("{\"event\":\"connect\",}")]
    [InlineData("{/**/}")]
    [InlineData("""{"event":1}""")]
    [InlineData("""{"client_id":""}""")]
    [InlineData("""{"client_id":"nonsense"}""")]
    [InlineData("""{"client_id":1}""")]
    [InlineData("""{"client_id":[0,1]}""")]
    [InlineData("""{"conn_port":"443"}""")]
    [InlineData("""{"conn_port":1.5}""")]
    [InlineData("""{"conn_port":1.0}""")]
    [InlineData("""{"client_ip":{}}""")]
    [InlineData("""{"transport":true}""")]
    [InlineData("""{"hostname":[]}""")]
    [InlineData("""{"is_tls":1}""")]
    [InlineData("""{"is_tls":"true"}""")]
    [InlineData("""{"success":0}""")]
    [InlineData("""{"reason":7}""")]
    [InlineData("""{"target_addr":false}""")]
    [InlineData("""{"credits":"8"}""")]
    [InlineData("""{"credits":8e0}""")]
    [InlineData("""{"credits":9223372036854775808}""")]
    public void TryRead_MalformedOrWrongType_RefusesTheWholeMessage(string json) =>
        Assert.False(ControlMessage.TryRead(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void TryRead_LongReasonOrTarget_IsCut()
    {
        var message = Read($$"""{"reason":"{{new string('€', 2_000)}}","target_addr":"{{new string('\\', 4_000)}}"}""");
        Assert.Equal(new string('€', 341), message.Reason);
        Assert.Equal(new string('\\', 1_024), message.TargetAddress);
    }

    [Theory]
    [InlineData("hostname")]
    [InlineData("client_ip")]
    [InlineData("transport")]
    [InlineData("client_id")]
    public void TryRead_LongNameOrAddress_RefusesTheMessage(string field) =>
        Assert.False(ControlMessage.TryRead(Encoding.UTF8.GetBytes($$"""{"{{field}}":"{{new string('a', 1_025)}}"}"""), out _));

    [Fact]
    public void TryRead_LongTraceFields_AreDropped() => Assert.Null(Read($$"""{"trace_parent":"{{new string('a', 1_025)}}"}""").TraceParent);

    [Fact]
    public void TryRead_BadUtf8OrLoneSurrogates_BecomeReplacementCharacters()
    {
        Assert.True(ControlMessage.TryRead([.. "{\"reason\":\""u8, 0xff, .. "\"}"u8], out var message));
        Assert.Equal("\uFFFD", message.Reason);
        Assert.Equal("\uFFFDa\uFFFD😀", Read("""{"reason":"\ud800a\udc00\ud83d\ude00"}""").Reason);
    }

    [Fact]
    public void TryWrite_TextThatNeedsEscapes_ReadsBackEqual()
    {
        var message = new ControlMessage(ControlEvent.OutboundResult, StreamId.New()) { Reason = "<\"\\>&\u2028\u2029\b\n\u0001é€😀/" };
        var json = Write(message);
        Assert.Contains("\\u003c\\\"\\\\\\u003e\\u0026\\u2028\\u2029\\u0008\\u000a\\u0001é€😀/", json, StringComparison.Ordinal);
        Assert.Equal(message, Read(json));
    }

    [Fact]
    public void TryWrite_UnknownEvent_IsFalse() => Assert.False(default(ControlMessage).TryWrite(new byte[100], out _));

    [Theory]
    [MemberData(nameof(GoldenVectors))]
    public void TryWrite_NoRoom_IsFalse(string json)
    {
        var message = Read(json);
        for (var size = 0; size < json.Length; size++) Assert.False(message.TryWrite(new byte[size], out _));
    }

    [Fact]
    public void ControlFrame_WriteAndRead_CarryTheMarker()
    {
        var message = new ControlMessage(ControlEvent.ResumeStream, StreamId.New()) { Credits = long.MinValue };
        var buffer = new byte[ControlFrame.PlainSize];
        Assert.True(ControlFrame.TryWrite(message, buffer, out var written));
        Assert.Equal(ControlFrame.Marker, buffer[0]);
        Assert.True(ControlFrame.TryRead(buffer.AsSpan(0, written), out var read));
        Assert.Equal(message, read);
        Assert.False(ControlFrame.TryRead([], out _));
        Assert.False(ControlFrame.TryRead("\u0001{}"u8, out _));
        Assert.False(ControlFrame.TryWrite(message, [], out _));
    }

    [Theory]
    [InlineData(ControlEvent.ResumeStream, null, 8)]
    [InlineData(ControlEvent.PingClient, null, 0)]
    [InlineData(ControlEvent.PongClient, null, 0)]
    [InlineData(ControlEvent.Disconnect, DisconnectReason.Normal, 0)]
    [InlineData(ControlEvent.PauseStream, DisconnectReason.BufferFull, 0)]
    public void ReadAndWrite_HotMessages_AllocateNothing(ControlEvent @event, string? reason, int credits)
    {
        var message = new ControlMessage(@event, StreamId.New()) { Reason = reason, Credits = credits };
        var buffer = new byte[ControlFrame.PlainSize];
        Assert.Equal(0, Allocations.PerThousand(() =>
        {
            Assert.True(ControlFrame.TryWrite(message, buffer, out var written));
            Assert.True(ControlFrame.TryRead(buffer.AsSpan(0, written), out var read) && read.Event == message.Event);
        }));
    }

    private static ControlMessage Read(string json)
    {
        Assert.True(ControlMessage.TryRead(Encoding.UTF8.GetBytes(json), out var message), json);
        return message;
    }

    private static string Write(ControlMessage message)
    {
        var buffer = new byte[4_096];
        Assert.True(message.TryWrite(buffer, out var written));
        return Encoding.UTF8.GetString(buffer, 0, written);
    }

    private static StreamId ParseId(string text)
    {
        Assert.True(StreamId.TryParse(Encoding.UTF8.GetBytes(text), out var id));
        return id;
    }
}
