using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Acme.Challenges;
using Nexus.Acme.Orders;
using Nexus.Client.InProcess;
using Nexus.Client.Streams;
using Nexus.Client.Tests.Scripted;
using Nexus.Client.Tls;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Client.Tests.Tls;

/// <summary>While a proof by HTTP is under way, an authority is answered, and nobody else notices.</summary>
public sealed class HttpProofTests
{
    private const string Host = "app.example.test";
    private static readonly ChallengeAnswer s_answer = new(AcmeIdentifier.Parse(Host), ChallengeKind.Http01, "to-ken." + new string('t', 43));
    private readonly ChallengeBoard _board = new();
    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Question => $"GET {s_answer.Path} HTTP/1.1\r\nHost: {Host}\r\n\r\n";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(10_000)]
    public async Task Authority_GetsTheKeyAuthorisation_HoweverItsQuestionArrives(int piece)
    {
        _board.Publish(s_answer);
        await using var channel = Open(null);
        foreach (var bytes in Encoding.ASCII.GetBytes(Question).Chunk(piece)) await channel.WriteAsync(bytes, Stop).BoundedAsync();
        var answer = await ReadAsync(channel);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + s_answer.KeyAuthorization, answer, StringComparison.Ordinal);
        Assert.Equal(StreamEnd.Completed, channel.End);
    }

    public static TheoryData<string> Others =>
    [
        "GET / HTTP/1.1\r\nHost: app.example.test\r\n\r\n",
        "GET /.well-known/acme-challenge/another HTTP/1.1\r\n\r\n",
        "GET /.well-known/acme-challenge/to-ken/more HTTP/1.1\r\n\r\n",
        "GET /.well-known/acme-challenge/" + new string('x', 9_000),
        "POST /.well-known/acme-challenge/to-ken HTTP/1.1\r\n\r\nbody",
        "\u0016\u0003\u0001",
    ];

    [Theory]
    [MemberData(nameof(Others))]
    public async Task OtherUser_ReachesTheTargetWithEveryByte(string bytes)
    {
        _board.Publish(s_answer);
        using var pair = await SocketPair.ConnectAsync();
        await using var channel = Open(pair);
        await channel.WriteAsync(Encoding.Latin1.GetBytes(bytes), Stop).BoundedAsync();
        await channel.CompleteWritesAsync(Stop).BoundedAsync();
        Assert.Equal(bytes, Encoding.Latin1.GetString(await LocalService.ReceiveAllAsync(pair.Far)));
        await LocalService.SendAsync(pair.Far, "answer"u8.ToArray());
        pair.Far.Close();
        Assert.Equal("answer", await ReadAsync(channel));
    }

    [Fact]
    public async Task OtherUser_SendsHalfAQuestion_ReachesTheTargetAtTheDeadline()
    {
        _board.Publish(s_answer);
        using var pair = await SocketPair.ConnectAsync();
        await using var channel = Open(pair);
        await channel.WriteAsync("GET /.well"u8.ToArray(), Stop).BoundedAsync();
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(10), Stop).BoundedAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("GET /.well"u8.ToArray(), await LocalService.ReceiveAsync(pair.Far, 10));
    }

    [Fact]
    public async Task OtherUser_WithoutTarget_SeesTheEnd()
    {
        _board.Publish(s_answer);
        await using var channel = Open(null);
        await channel.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Stop).BoundedAsync();
        Assert.Equal("", await ReadAsync(channel));
        Assert.Equal(StreamEnd.DialFailed, channel.End);
    }

    [Fact]
    public void Proof_IsAwaited_OnlyWhileItIsPublished_ForItsNameAndWithoutTls()
    {
        var termination = new TlsTermination(_board, NullLogger.Instance, _time);
        Assert.False(termination.AwaitsHttp(Request(Host, isTls: false)));
        _board.Publish(s_answer);
        Assert.True(termination.AwaitsHttp(Request(Host, isTls: false)));
        Assert.False(termination.AwaitsHttp(Request(Host, isTls: true)));
        Assert.False(termination.AwaitsHttp(Request("other.example.test", isTls: false)));
        _board.Withdraw(s_answer);
        Assert.False(termination.AwaitsHttp(Request(Host, isTls: false)));
    }

    private static NexusConnectRequest Request(string host, bool isTls) =>
        new() { BackendName = "b", StreamId = Guid.NewGuid(), Hostname = host, OriginalHostname = host, Port = 80, RawClientAddress = "", IsTls = isTls, Transport = NexusTransport.Tcp };

    private static async Task<string> ReadAsync(ServedChannel channel)
    {
        using var all = new MemoryStream();
        await new ChannelStream(channel).CopyToAsync(all, Stop).BoundedAsync();
        return Encoding.ASCII.GetString(all.ToArray());
    }

    private ServedChannel Open(SocketPair? pair) => (ServedChannel)new TlsTermination(_board, NullLogger.Instance, _time)
        .ProveHttp(Request(Host, isTls: false), (_, _) => Task.FromResult<IByteChannel?>(pair is null ? null : new SocketChannel(pair.Near)));
}
