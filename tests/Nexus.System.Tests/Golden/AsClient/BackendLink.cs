using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nexus.SystemTests.Golden.Wire;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>One connection of the scripted client to the hub, and all that the hub has sent on it.</summary>
/// <param name="wire">After TLS.</param>
/// <param name="replenishes">Whether credits are given back as the original client does, not as recorded: the hub may cut the bytes into other messages.</param>
/// <param name="answersPings">As every WebSocket does; the hub asks more often than the recorded server, whether a backend is still there.</param>
/// <param name="changes">Told of everything that arrives.</param>
internal sealed class BackendLink(WireConnection wire, bool replenishes, bool answersPings, Changes changes) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, LinkedStream> _streams = [];
    private readonly ConcurrentQueue<string> _violations = [];
    private readonly ConcurrentQueue<WireMessage> _texts = [];
    private readonly ConcurrentQueue<WireMessage> _pongs = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _pump = Task.CompletedTask;
    private volatile int _pings;
    private volatile bool _hasEnded;
    private volatile WireMessage? _close;

    public WireConnection Wire => wire;

    public IReadOnlyList<WireMessage> Texts => [.. _texts];

    public IReadOnlyList<WireMessage> Pongs => [.. _pongs];

    public int Pings => _pings;

    /// <summary>The hub's close frame, if it has sent one.</summary>
    public WireMessage? Close => _close;

    /// <summary>Whether the connection is over, from whichever side.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>Whether we ended it.</summary>
    public bool IsCut => _stop.IsCancellationRequested;

    /// <summary>Whether both sides may still speak.</summary>
    public bool IsAlive => IsUpgraded && !_hasEnded && !IsCut && _close is null;

    /// <summary>The hub's session on it, once it has begun.</summary>
    public HubSession? Session { get; set; }

    public IEnumerable<string> Violations => _violations.Concat(_streams.Values.SelectMany(stream => stream.Violations));

    public LinkedStream? Find(string clientAddress) => _streams.Values.FirstOrDefault(stream => stream.ClientAddress == clientAddress);

    /// <summary>Whether it is a WebSocket.</summary>
    public bool IsUpgraded { get; private set; }

    public void Start()
    {
        IsUpgraded = true;
        _pump = PumpAsync();
    }

    /// <summary>Sends; what cannot be sent because the connection is over is lost, as it was for the original.</summary>
    public async Task SendAsync(WireMessage message, bool wronglyMasked = false)
    {
        try
        {
            await wire.SendAsync(message, wronglyMasked, _stop.Token);
        }
        catch (Exception ex) when (ex is IOException or ObjectDisposedException or OperationCanceledException)
        {
            changes.Signal();
        }
    }

    public Task SendControlAsync(string json) => SendAsync(new WireMessage(WireKind.Binary, [0x02, .. System.Text.Encoding.UTF8.GetBytes(json)]));

    /// <summary>Grants credits and remembers it, in this order for whoever checks.</summary>
    public async Task GrantAsync(LinkedStream stream, long credits, string json)
    {
        stream.Granting(credits);
        await SendControlAsync(json);
    }

    /// <summary>Cuts the connection as a dying process does.</summary>
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
            await TakeAsync(message);
            changes.Signal();
        }

        _hasEnded = true;
        changes.Signal();
    }

    private async Task TakeAsync(WireMessage message)
    {
        if (_close is not null) _violations.Enqueue($"{message.Kind} after a close frame");
        switch (message.Kind)
        {
            case WireKind.Text:
                _texts.Enqueue(message);
                break;
            case WireKind.Ping:
                Interlocked.Increment(ref _pings);
                if (answersPings) await SendAsync(message with { Kind = WireKind.Pong });
                break;
            case WireKind.Pong:
                _pongs.Enqueue(message);
                break;
            case WireKind.Close:
                _close = message;
                break;
            default:
                if (message.Fragments.Length != 1) _violations.Enqueue("a fragmented message");
                await TakeBinaryAsync(message.Payload);
                break;
        }
    }

    private async Task TakeBinaryAsync(byte[] payload)
    {
        if (payload is [0x01, ..] && payload.Length >= 17)
        {
            var id = new Guid(payload.AsSpan(1, 16), bigEndian: true).ToString();
            if (!_streams.TryGetValue(id, out var stream))
            {
                _violations.Enqueue("data before connect");
                return;
            }

            stream.OnData(payload.AsSpan(17));
            if (replenishes && stream.TakeReplenishment() is > 0 and var credits) await GrantAsync(stream, credits, Grant(id, credits));
        }
        else if (payload is [0x02, ..] && Parse(payload.AsSpan(1)) is { } control)
        {
            TakeControl(control);
        }
        else
        {
            _violations.Enqueue($"not a message: {Convert.ToHexString(payload.AsSpan(0, Math.Min(payload.Length, 32)))}");
        }
    }

    public static string Grant(string id, long credits) => $$"""{"event":"resume_stream","client_id":"{{id}}","credits":{{credits}}}""";

    private void TakeControl(JsonObject control)
    {
        var id = (string?)control["client_id"] ?? "";
        if ((string?)control["event"] == "connect")
        {
            if (!_streams.TryAdd(id, new LinkedStream(control))) _violations.Enqueue($"a second connect for {id}");
        }
        else if (_streams.TryGetValue(id, out var stream))
        {
            stream.OnControl(control);
        }
        else
        {
            _violations.Enqueue($"for an unknown stream: {control.ToJsonString()}");
        }
    }

    private static JsonObject? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonNode.Parse(json)?.AsObject();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
