using System.Text.Json.Nodes;

namespace Nexus.SystemTests.Golden.AsServer;

/// <summary>What the client has sent for one stream.</summary>
internal sealed class ClientStream
{
    private readonly Lock _lock = new();
    private readonly MemoryStream _received = new();
    private readonly List<string> _reasons = [];
    private long _granted;
    private int _frames;
    private int _pings;

    public byte[] Received => Read(_received.ToArray);

    public long ReceivedBytes => Read(() => _received.Length);

    public int Frames => Read(() => _frames);

    /// <summary>All credits that the client has given.</summary>
    public long Granted => Read(() => _granted);

    /// <summary>How often the client has asked whether the hub knows the stream.</summary>
    public int Pings => Read(() => _pings);

    /// <summary>The reasons of its disconnects, in order.</summary>
    public IReadOnlyList<string> Reasons => Read(() => _reasons.ToList());

    public void OnData(ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            _frames++;
            _received.Write(data);
        }
    }

    public void OnControl(JsonObject message)
    {
        lock (_lock)
        {
            if ((string?)message["event"] == "disconnect") _reasons.Add((string?)message["reason"] ?? "");
            if ((string?)message["event"] == "ping_client") _pings++;
            if ((string?)message["event"] == "resume_stream") _granted += (long?)message["credits"] ?? 0;
        }
    }

    private T Read<T>(Func<T> read)
    {
        lock (_lock) return read();
    }
}
