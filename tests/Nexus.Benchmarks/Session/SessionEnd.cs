using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Nexus.Benchmarks.Siblings;
using Nexus.Client.Streams;
using Nexus.Hub.Sessions;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;

namespace Nexus.Benchmarks.Session;

/// <summary>One end of a session in a process of its own; streams are opened by `connect`, as in earnest.</summary>
internal sealed class SessionEnd : ISessionHandler, IAsyncDisposable
{
    private const int Credits = 64;

    private readonly ConcurrentDictionary<StreamId, EngineStream> _streams = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly WebSocketMessageReader _messages;
    private readonly SessionWriter _writer;
    private readonly SessionReader _reader;
    private readonly EndPoint? _services;

    /// <param name="transport">After the upgrade, so to speak.</param>
    /// <param name="holding">Below it.</param>
    /// <param name="isHub">Which side this is.</param>
    /// <param name="services">Where a client connects its users.</param>
    public SessionEnd(Stream transport, SocketStream? holding, bool isHub, EndPoint? services)
    {
        var role = isHub ? WebSocketRole.Server : WebSocketRole.Client;
        _services = services;
        _messages = new(transport, role, 128 * 1024);
        _writer = new(transport, new() { Role = role, MaxPayload = isHub ? 32 * 1024 : HubSessionPayload, Holding = holding, BatchSize = Batch }, TimeProvider.System);
        _reader = new(_messages, _writer, TimeProvider.System);
        Running = Task.WhenAll(_writer.RunAsync(_stop.Token), _reader.RunAsync(this, _stop.Token));
    }

    /// <summary>Until the connection is lost.</summary>
    public Task Running { get; }

    private static int Batch => int.TryParse(Environment.GetEnvironmentVariable("SESSION_SEND"), out var size) ? size : 64 * 1024;

    private static int HubSessionPayload => int.TryParse(Environment.GetEnvironmentVariable("SESSION_PAYLOAD"), out var size) ? size : 16 * 1024;

    /// <summary>A user has come.</summary>
    public void Begin(Socket user)
    {
        user.NoDelay = true;
        var id = StreamId.New();
        var stream = new EngineStream(id, _writer, new SocketChannel(user), new StreamCredits(), _stop.Token);
        _streams[id] = stream;
        stream.Open(new ControlMessage(ControlEvent.Connect, id) { Credits = Credits });
    }

    public void OnData(StreamId streamId, ReadOnlySpan<byte> payload)
    {
        if (_streams.TryGetValue(streamId, out var stream)) stream.OnData(payload);
    }

    public void OnControl(in ControlMessage message)
    {
        if (message.Event == ControlEvent.ResumeStream && _streams.TryGetValue(message.StreamId, out var stream)) stream.OnGrant(message.Credits);
        if (message.Event != ControlEvent.Connect || _services is null) return;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(_services);
        var local = new EngineStream(message.StreamId, _writer, new SocketChannel(socket), new ClientCredits(message.Credits), _stop.Token);
        _streams[message.StreamId] = local;
        local.Open();
        local.Grant(Credits);
    }

    public void OnText(ReadOnlySpan<byte> utf8)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var stream in _streams.Values) await stream.DisposeAsync();
        await _reader.DisposeAsync();
        _messages.Dispose();
        _stop.Dispose();
    }
}
