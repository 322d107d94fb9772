using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Nexus.SystemTests.Golden.Wire;

namespace Nexus.SystemTests.Golden.AsServer;

/// <summary>One connection of the client, and all that it has sent on it.</summary>
/// <param name="wire">After the TCP connect.</param>
/// <param name="changes">Told of everything that arrives.</param>
internal sealed class ServerLink(WireConnection wire, Changes changes) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, ClientStream> _streams = [];
    private readonly ConcurrentQueue<WireMessage> _texts = [];
    private readonly ConcurrentQueue<(Guid Id, string Target)> _outbound = [];
    private readonly ConcurrentQueue<WireMessage> _pongs = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _pump = Task.CompletedTask;
    private volatile int _pings;
    private volatile bool _hasEnded;
    private volatile WireMessage? _close;

    public WireConnection Wire => wire;

    /// <summary>Connections that the client has asked for: ids and targets.</summary>
    public IReadOnlyList<(Guid Id, string Target)> Outbound => [.. _outbound];

    public IReadOnlyList<WireMessage> Texts => [.. _texts];

    public IReadOnlyList<WireMessage> Pongs => [.. _pongs];

    public int Pings => _pings;

    public WireMessage? Close => _close;

    public bool HasEnded => _hasEnded;

    public bool IsCut => _stop.IsCancellationRequested;

    /// <summary>Off: the recorded hub has stopped answering.</summary>
    public bool AnswersPings { get; set; } = true;

    public void Start() => _pump = PumpAsync();

    public ClientStream Stream(Guid id) => _streams.GetOrAdd(id, _ => new());

    public async Task SendAsync(WireMessage message)
    {
        try
        {
            await wire.SendAsync(message, wronglyMasked: false, _stop.Token);
        }
        catch (Exception ex) when (ex is IOException or ObjectDisposedException or OperationCanceledException)
        {
            changes.Signal(); // lost, as it was for the original
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await wire.DisposeAsync();
        await _pump;
    }

    private async Task PumpAsync()
    {
        while (await wire.ReceiveAsync(CancellationToken.None) is { } message)
        {
            switch (message.Kind)
            {
                case WireKind.Text:
                    _texts.Enqueue(message);
                    break;
                case WireKind.Ping:
                    Interlocked.Increment(ref _pings);
                    if (AnswersPings) await SendAsync(message with { Kind = WireKind.Pong });
                    break;
                case WireKind.Pong:
                    _pongs.Enqueue(message);
                    break;
                case WireKind.Close:
                    _close = message;
                    break;
                default:
                    TakeBinary(message.Payload);
                    break;
            }

            changes.Signal();
        }

        _hasEnded = true;
        changes.Signal();
    }

    private void TakeBinary(byte[] payload)
    {
        if (payload[0] == 0x01)
        {
            Stream(new Guid(payload.AsSpan(1, 16), bigEndian: true)).OnData(payload.AsSpan(17));
            return;
        }

        var control = JsonNode.Parse(payload.AsSpan(1))?.AsObject() ?? [];
        var id = Guid.Parse((string?)control["client_id"] ?? "");
        if ((string?)control["event"] == "outbound_connect") _outbound.Enqueue((id, (string?)control["target_addr"] ?? ""));
        Stream(id).OnControl(control);
    }
}
