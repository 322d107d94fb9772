using System.Collections.Concurrent;
using System.Net.Sockets;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;

namespace Nexus.Benchmarks.Siblings;

/// <summary>One end of a session as hub and client run it: one writer, one receiver, a pair of lanes for every stream.</summary>
internal sealed class EngineEnd : ISessionHandler, IAsyncDisposable
{
    private readonly ConcurrentDictionary<StreamId, EngineStream> _streams = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly WebSocketMessageReader _messages;
    private readonly SessionWriter _writer;
    private readonly SessionReader _reader;
    private readonly Task _running;

    /// <param name="session">The connection to the other end; stays its owner's.</param>
    /// <param name="role">Server for the hub.</param>
    /// <param name="maxPayload">Of its data frames.</param>
    public EngineEnd(Socket session, WebSocketRole role, int maxPayload)
    {
        var stream = new NetworkStream(session);
        _messages = new(stream, role, DataFrame.MaxMessageSize);
        _writer = new(stream, new() { Role = role, MaxPayload = maxPayload }, TimeProvider.System);
        _reader = new(_messages, _writer, TimeProvider.System);
        _running = Task.WhenAll(_writer.RunAsync(_stop.Token), _reader.RunAsync(this, _stop.Token));
    }

    /// <summary>Joins a socket with a stream of the session.</summary>
    /// <param name="id">The same at both ends.</param>
    /// <param name="socket">A user's, or a service's.</param>
    /// <param name="credits">This end's accounting.</param>
    public EngineStream Join(StreamId id, Socket socket, ISendCredits credits)
    {
        var stream = new EngineStream(id, _writer, new SocketChannel(socket), credits, _stop.Token);
        _streams[id] = stream;
        stream.Open();
        return stream;
    }

    public void OnData(StreamId streamId, ReadOnlySpan<byte> payload)
    {
        if (_streams.TryGetValue(streamId, out var stream)) stream.OnData(payload);
    }

    public void OnControl(in ControlMessage message)
    {
        if (message.Event == ControlEvent.ResumeStream && _streams.TryGetValue(message.StreamId, out var stream)) stream.OnGrant(message.Credits);
    }

    public void OnText(ReadOnlySpan<byte> utf8)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var stream in _streams.Values) await stream.DisposeAsync();
        await _reader.DisposeAsync();
        _messages.Dispose();
        _stop.Dispose();
    }
}
