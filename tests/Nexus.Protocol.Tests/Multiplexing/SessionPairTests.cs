using System.Security.Cryptography;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>Both ends of a session joined in memory: a sending lane here, a receiving lane there, credits in between.</summary>
public sealed class SessionPairTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(WebSocketRole.Client, 16_384)]
    [InlineData(WebSocketRole.Server, 32_768)]
    public async Task Stream_Of20MiBUnder64Credits_ArrivesUnchanged(WebSocketRole senderRole, int maxPayload)
    {
        await using var link = new StreamPair(room: 256 * 1024);
        using var upstream = await SocketPair.ConnectAsync();
        using var downstream = await SocketPair.ConnectAsync(bufferSize: 16 * 1024);
        await using var source = new SocketChannel(upstream.Near);
        await using var sink = new SocketChannel(downstream.Near);
        await using var sender = new SessionEnd(link.Near, senderRole, maxPayload);
        await using var receiver = new SessionEnd(link.Far, senderRole == WebSocketRole.Client ? WebSocketRole.Server : WebSocketRole.Client, maxPayload);
        var id = StreamId.New();
        var sending = new SendLane(sender.Writer, id, source, new CountedCredits(64));
        var granting = new SendLane(receiver.Writer, id, sink, new CountedCredits(0));
        var delivering = new ReceiveLane(sink, 128, frames => granting.Grant(frames));
        sender.Handler.OnControlMessage = (in message) => sending.AddCredits(message.Credits);
        receiver.Handler.OnDataFrame = payload => Assert.Equal(DeliverResult.Accepted, delivering.Deliver(payload));
        receiver.Handler.OnControlMessage = (in message) => Ended(message, delivering);
        sender.Start();
        receiver.Start();

        var sent = RandomNumberGenerator.GetBytes(20 << 20);
        var writing = WriteAllAsync(upstream.Far, sent);
        sending.OpenSilently();
        var draining = delivering.RunAsync(Token);
        var running = RunThenFinishAsync(sending);
        var received = await ReadAllAsync(downstream.Far);

        Assert.Equal(Convert.ToHexString(SHA256.HashData(sent)), Convert.ToHexString(SHA256.HashData(received)));
        Assert.Equal(SendLaneEnd.SourceEnded, await running.BoundedAsync());
        Assert.Equal(ReceiveLaneEnd.Delivered, await draining.BoundedAsync());
        await writing.BoundedAsync();
    }

    private static void Ended(in ControlMessage message, ReceiveLane lane)
    {
        if (message.Event == ControlEvent.Disconnect) lane.Complete();
    }

    private static async Task<SendLaneEnd> RunThenFinishAsync(SendLane lane)
    {
        var end = await lane.RunAsync(Token);
        lane.Finish(DisconnectReason.Normal);
        return end;
    }

    private static async Task WriteAllAsync(System.Net.Sockets.Socket socket, byte[] bytes)
    {
        for (var offset = 0; offset < bytes.Length;) offset += await socket.SendAsync(bytes.AsMemory(offset), Token);
        socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
    }

    private static async Task<byte[]> ReadAllAsync(System.Net.Sockets.Socket socket)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await socket.ReceiveAsync(buffer, Token).BoundedAsync()) > 0) bytes.Write(buffer, 0, count);
        return bytes.ToArray();
    }

    private sealed class SessionEnd : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly WebSocketMessageReader _messages;
        private Task _running = Task.CompletedTask;

        public SessionEnd(Stream transport, WebSocketRole role, int maxPayload)
        {
            Writer = new(transport, new() { Role = role, MaxPayload = maxPayload }, TimeProvider.System);
            _messages = new(transport, role, DataFrame.MaxMessageSize);
            Reader = new(_messages, Writer, TimeProvider.System);
        }

        public SessionWriter Writer { get; }

        public SessionReader Reader { get; }

        public Handler Handler { get; } = new();

        public void Start() => _running = Task.WhenAll(Writer.RunAsync(_stop.Token), Reader.RunAsync(Handler, _stop.Token));

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running.BoundedAsync();
            _messages.Dispose();
            _stop.Dispose();
        }
    }

    private delegate void DataHandler(ReadOnlySpan<byte> payload);

    private delegate void ControlHandler(in ControlMessage message);

    private sealed class Handler : ISessionHandler
    {
        public DataHandler OnDataFrame { get; set; } = _ => { };

        public ControlHandler OnControlMessage { get; set; } = (in _) => { };

        public void OnData(StreamId streamId, ReadOnlySpan<byte> payload) => OnDataFrame(payload);

        public void OnControl(in ControlMessage message) => OnControlMessage(message);

        public void OnText(ReadOnlySpan<byte> utf8)
        {
        }
    }
}
