using System.Net.WebSockets;
using Nexus.Protocol.Backend;

namespace Nexus.Benchmarks.Retained;

/// <summary>The other end of a session, which keeps nothing of its streams: what is measured is this end's.</summary>
/// <param name="webSocket">Its own to dispose.</param>
/// <param name="answers">As a backend does: each new stream with credits, each data frame with the same.</param>
internal sealed class ForgetfulPeer(WebSocket webSocket, bool answers) : IAsyncDisposable
{
    private const int Credits = 64;

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _frames = new(0);
    private Task _running = Task.CompletedTask;

    public void Start() => _running = RunAsync();

    /// <summary>A data frame has come that nobody has waited for yet.</summary>
    public Task DataAsync() => _frames.WaitAsync();

    public ValueTask SendTextAsync(ReadOnlyMemory<byte> utf8) => webSocket.SendAsync(utf8, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>Before <see cref="Start"/>.</summary>
    public ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer) => webSocket.ReceiveAsync(buffer, CancellationToken.None);

    public ValueTask SendAsync(in ControlMessage message)
    {
        var bytes = new byte[1 + ControlMessage.MaxTextBytes];
        return ControlFrame.TryWrite(message, bytes, out var written) ? SendBinaryAsync(bytes.AsMemory(0, written)) : throw new InvalidOperationException("Too long.");
    }

    public ValueTask SendAsync(StreamId id, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[DataFrame.HeaderSize + payload.Length];
        DataFrame.WriteHeader(bytes, id);
        payload.CopyTo(bytes.AsSpan(DataFrame.HeaderSize));
        return SendBinaryAsync(bytes);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        webSocket.Dispose();
        _stop.Dispose();
        _frames.Dispose();
    }

    private ValueTask SendBinaryAsync(ReadOnlyMemory<byte> message) => webSocket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    private async Task RunAsync()
    {
        var buffer = new byte[2 * DataFrame.MaxMessageSize];
        var count = 0;
        try
        {
            while (true)
            {
                var received = await webSocket.ReceiveAsync(buffer.AsMemory(count), _stop.Token);
                if (received.MessageType == WebSocketMessageType.Close) return;
                count += received.Count;
                if (!received.EndOfMessage) continue;
                await TakeAsync(buffer.AsMemory(0, count));
                count = 0;
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The measurement is over.
        }
    }

    private ValueTask TakeAsync(ReadOnlyMemory<byte> message)
    {
        if (DataFrame.TryRead(message.Span, out var id, out var payload))
        {
            _frames.Release();
            return answers ? SendAsync(id, payload) : default;
        }

        return answers && ControlFrame.TryRead(message.Span, out var control) && control.Event == ControlEvent.Connect
            ? SendAsync(new ControlMessage(ControlEvent.ResumeStream, control.StreamId) { Credits = Credits })
            : default;
    }
}
