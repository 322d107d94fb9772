namespace Nexus.Hub.Tests.Peers;

/// <summary>
/// The original client's receiving side of one stream (spec/node.md §2.7): it grants 64 at once, then 8 for every 8 frames
/// that its service has taken, and a 65th frame in its buffer would make it close the stream.
/// </summary>
internal sealed class OriginalBuffer(BackendPeer backend, Guid id)
{
    private const int Frames = 64;
    private const int Batch = 8;

    private readonly Queue<byte[]> _waiting = new();
    private int _consumed;

    /// <summary>The most that ever waited.</summary>
    public int Highest { get; private set; }

    public int Waiting => _waiting.Count;

    public Task OnConnectAsync() => backend.SendEventAsync("resume_stream", id, $",\"credits\":{Frames}");

    public void Add(byte[] payload)
    {
        _waiting.Enqueue(payload);
        Highest = Math.Max(Highest, _waiting.Count);
        if (_waiting.Count > Frames) throw new InvalidOperationException("buffer_full");
    }

    /// <summary>The service takes a frame.</summary>
    public async Task<byte[]> ConsumeAsync()
    {
        if (++_consumed % Batch == 0) await backend.SendEventAsync("resume_stream", id, $",\"credits\":{Batch}");
        return _waiting.Dequeue();
    }
}
