using Nexus.Protocol.Backend;

namespace Nexus.Client.Sessions;

/// <summary>
/// Decides whether the hub is told that a stream is unknown: once per id and second, and not in the second after the
/// stream has ended here, when its last frames are still on their way.
/// </summary>
internal sealed class UnknownStreams(TimeProvider time)
{
    private const int MaxRemembered = 1_024;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<StreamId, long> _told = [];

    public void Ended(StreamId id)
    {
        lock (_lock) Remember(id);
    }

    public bool ShouldTell(StreamId id)
    {
        lock (_lock)
        {
            if (_told.TryGetValue(id, out var told) && time.GetElapsedTime(told) < s_interval) return false;
            Remember(id);
            return true;
        }
    }

    private void Remember(StreamId id)
    {
        if (_told.Count >= MaxRemembered)
        {
            foreach (var old in _told.Where(entry => time.GetElapsedTime(entry.Value) >= s_interval).Select(entry => entry.Key).ToArray()) _told.Remove(old);
            if (_told.Count >= MaxRemembered) _told.Clear();
        }

        _told[id] = time.GetTimestamp();
    }
}
