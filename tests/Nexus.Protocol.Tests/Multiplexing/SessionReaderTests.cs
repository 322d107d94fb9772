using System.Text;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

public sealed class SessionReaderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0x82, "\u0002{")] // a control message that is no JSON
    [InlineData(0x81, "a token that nobody asked for")]
    public async Task Run_APeerThatSendsNothingElse_IsClosedForIt(int firstByte, string message)
    {
        await using var pair = new StreamPair();
        using var messages = new WebSocketMessageReader(pair.Near, WebSocketRole.Server, DataFrame.MaxMessageSize);
        var writer = new SessionWriter(pair.Near, new() { Role = WebSocketRole.Server }, TimeProvider.System);
        var reader = new SessionReader(messages, writer, TimeProvider.System);
        var frame = Frame((byte)firstByte, message);

        var running = reader.RunAsync(new Deaf(), Token);
        for (var i = 0; i < 1_001; i++) await pair.Far.WriteAsync(frame, Token);

        Assert.Equal(SessionReaderEnd.ProtocolError, await running.BoundedAsync());
        Assert.Equal(SessionWriterEnd.Closed, await writer.RunAsync(Token).BoundedAsync());
    }

    [Fact]
    public async Task Run_AMalformedMessageNowAndThen_IsIgnored()
    {
        var time = new ManualTimeProvider();
        await using var pair = new StreamPair();
        using var messages = new WebSocketMessageReader(pair.Near, WebSocketRole.Server, DataFrame.MaxMessageSize);
        var writer = new SessionWriter(pair.Near, new() { Role = WebSocketRole.Server }, time);
        var reader = new SessionReader(messages, writer, time);
        var handler = new Deaf();
        var frame = Frame(0x82, "\u0002{");
        var data = Frame(0x82, "\u00010123456789abcdef");

        var running = reader.RunAsync(handler, Token);
        for (var minute = 1; minute <= 5; minute++)
        {
            for (var i = 0; i < 400; i++) await pair.Far.WriteAsync(frame, Token);
            await pair.Far.WriteAsync(data, Token);
            await handler.Data.WaitAsync(TestTimeouts.Default, Token);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.False(running.IsCompleted);
        await pair.Far.DisposeAsync();
        Assert.Equal(SessionReaderEnd.EndOfStream, await running.BoundedAsync());
    }

    /// <summary>A client's frame whose mask changes nothing.</summary>
    private static byte[] Frame(byte firstByte, string message) => [firstByte, (byte)(0x80 | message.Length), 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(message)];

    private sealed class Deaf : ISessionHandler
    {
        public SemaphoreSlim Data { get; } = new(0);

        public void OnData(StreamId streamId, ReadOnlySpan<byte> payload) => Data.Release();

        public void OnControl(in ControlMessage message) => Assert.Fail("There was none.");

        public void OnText(ReadOnlySpan<byte> utf8)
        {
        }
    }
}
