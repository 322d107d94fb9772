using System.Text.Json.Nodes;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>One user's stream as the hub shows it on the backend's connection, held against spec/node.md §2.5 to 2.7 message by message.</summary>
/// <param name="connect">The message that opened it.</param>
internal sealed class LinkedStream(JsonObject connect)
{
    private const int Window = 64;
    private const int MaxPayload = 32_768;

    private readonly Lock _lock = new();
    private readonly MemoryStream _received = new();
    private readonly List<string> _violations = [];
    private long _granted = (long?)connect["credits"] ?? 0;
    private long _ownGrants;
    private int _frames;
    private int _answeredPings;
    private int _disconnects;
    private bool _hasGrant;
    private bool _isPaused;
    private bool _isHalfClosed;

    public JsonObject Connect { get; } = connect;

    public string Id => (string?)Connect["client_id"] ?? "";

    public string ClientAddress => (string?)Connect["client_ip"] ?? "";

    public IReadOnlyList<string> Violations => Read(() => _violations.ToList());

    /// <summary>All data so far.</summary>
    public byte[] Received => Read(_received.ToArray);

    public long ReceivedBytes => Read(() => _received.Length);

    public int Frames => Read(() => _frames);

    /// <summary>Messages that the hub allows us, all in all.</summary>
    public long Granted => Read(() => _granted);

    public int AnsweredPings => Read(() => _answeredPings);

    /// <summary>Whether the hub has told of the user's FIN.</summary>
    public bool IsHalfClosed => Read(() => _isHalfClosed);

    public bool IsDisconnected => Read(() => _disconnects > 0);

    /// <summary>Whether the hub may not send now: no credit is left, or it was asked to pause.</summary>
    public bool IsHeld => Read(() => _isPaused || _frames >= Allowance);

    private long Allowance => _hasGrant ? _ownGrants : Window;

    public void OnData(ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            if (_disconnects > 0) _violations.Add("data after disconnect");
            if (_isHalfClosed) _violations.Add("data after half_close");
            if (_frames >= Allowance) _violations.Add($"data message {_frames + 1} with {Allowance} credits");
            if (data.Length is 0 or > MaxPayload) _violations.Add($"a data message of {data.Length} bytes");
            _frames++;
            _received.Write(data);
        }
    }

    public void OnControl(JsonObject message)
    {
        lock (_lock)
        {
            switch ((string?)message["event"])
            {
                case "disconnect":
                    if (_disconnects++ > 0) _violations.Add("a second disconnect");
                    if (message.ContainsKey("reason")) _violations.Add("a disconnect with a reason");
                    break;
                case "resume_stream":
                    var credits = (long?)message["credits"] ?? 0;
                    if (credits < 8) _violations.Add($"a grant of {credits}");
                    _granted += credits;
                    break;
                case "half_close":
                    // Ours: the user's FIN, for clients that know it; the original ones ignore events that they do not know.
                    if (_isHalfClosed) _violations.Add("a second half_close");
                    _isHalfClosed = true;
                    break;
                case "pong_client":
                    _answeredPings++;
                    break;
                default:
                    _violations.Add($"unexpected {message.ToJsonString()}");
                    break;
            }
        }
    }

    /// <summary>What we are about to grant; a pause ends with it.</summary>
    public void Granting(long credits)
    {
        lock (_lock)
        {
            _isPaused = false;
            if (credits <= 0) return;
            _hasGrant = true;
            _ownGrants = Math.Min(_ownGrants + credits, _frames + Window);
        }
    }

    /// <summary>A message that was being read when the pause came may still follow (spec/node.md §2.8).</summary>
    public void Pausing()
    {
        lock (_lock) _isPaused = true;
    }

    /// <summary>As the original client does: 8 more for every 8 that the local service has taken. 0 when it is not time.</summary>
    public long TakeReplenishment()
    {
        lock (_lock)
        {
            if (!_hasGrant || _isPaused || _ownGrants - _frames > Window - 8) return 0;
            return 8;
        }
    }

    private T Read<T>(Func<T> read)
    {
        lock (_lock) return read();
    }
}
