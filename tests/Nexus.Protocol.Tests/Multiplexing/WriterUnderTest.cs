using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>A real writer over a stream in memory, and the peer's view of what it sends.</summary>
internal sealed class WriterUnderTest : IAsyncDisposable
{
    private readonly StreamPair _pair;
    private readonly CancellationTokenSource _stop = new();
    private readonly WebSocketMessageReader _peer;

    public WriterUnderTest(int room = 1 << 20, WebSocketRole role = WebSocketRole.Server, int maxPayload = 16_384, bool start = true, WireFormat? format = null)
    {
        _pair = new StreamPair(room);
        Writer = new SessionWriter(_pair.Near, new() { Role = role, MaxPayload = maxPayload, Format = format ?? WireFormat.Backend }, TimeProvider.System);
        _peer = new WebSocketMessageReader(_pair.Far, role == WebSocketRole.Server ? WebSocketRole.Client : WebSocketRole.Server, DataFrame.MaxMessageSize) { MaxTextSize = 16 << 20 };
        Running = start ? Writer.RunAsync(_stop.Token) : Task.FromResult(SessionWriterEnd.Cancelled);
    }

    public SessionWriter Writer { get; }

    public Task<SessionWriterEnd> Running { get; private set; }

    public void Start() => Running = Writer.RunAsync(_stop.Token);

    public void Stop() => _stop.Cancel();

    public Task BreakTransportAsync() => _pair.Far.DisposeAsync().AsTask();

    /// <summary>The next message in short: "connect", "resume_stream 8", "data 5", "text abc", "ping", "close 1001".</summary>
    public async Task<string> NextAsync() => (await NextFrameAsync()).What;

    public async Task<(string What, StreamId Id, byte[] Payload)> NextFrameAsync()
    {
        var received = await _peer.ReadAsync(TestContext.Current.CancellationToken).BoundedAsync();
        switch (received.Kind)
        {
            case WebSocketReceivedKind.Binary when DataFrame.TryRead(received.Payload.Span, out var id, out var payload):
                return ($"data {payload.Length}", id, payload.ToArray());
            case WebSocketReceivedKind.Binary when ControlFrame.TryRead(received.Payload.Span, out var control):
                return ((control.Event + (control.Credits == 0 ? "" : $" {control.Credits}") + (control.Reason is null ? "" : $" {control.Reason}")).ToUpperInvariant(), control.StreamId, []);
            case WebSocketReceivedKind.Close:
                return ($"close {received.CloseCode}", default, received.Payload.ToArray());
            default:
                return ($"{received.Kind} {received.Payload.Length}", default, received.Payload.ToArray());
        }
    }

    /// <summary>The next message as it is.</summary>
    public async Task<(WebSocketReceivedKind Kind, byte[] Message)> NextMessageAsync()
    {
        var received = await _peer.ReadAsync(TestContext.Current.CancellationToken).BoundedAsync();
        return (received.Kind, received.Payload.ToArray());
    }

    public SendLane NewLane(IByteChannel source, long credits = long.MaxValue) =>
        new(Writer, StreamId.New(), source, new CountedCredits(credits));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _pair.DisposeAsync();
        await Running.BoundedAsync();
        _peer.Dispose();
        _stop.Dispose();
    }
}
