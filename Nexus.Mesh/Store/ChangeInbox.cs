using System.Threading.Channels;

namespace Nexus.Mesh.Store;

/// <summary>Messages of a change channel between the client library's threads and the one that reads. What does not fit is noted as missed.</summary>
internal sealed class ChangeInbox(int capacity, Action dropped)
{
    private readonly Channel<string> _messages = Channel.CreateBounded<string>(new BoundedChannelOptions(capacity) { SingleReader = true });
    private volatile bool _hasMissed;

    public void Add(string message)
    {
        if (_messages.Writer.TryWrite(message)) return;
        _hasMissed = true;
        dropped();
    }

    /// <summary>Messages may have been lost.</summary>
    public void Miss()
    {
        _hasMissed = true;
        _messages.Writer.TryWrite(""); // wakes the reader; when there is no room it is awake
    }

    public bool TryRead(out string message)
    {
        if (_messages.Reader.TryRead(out var read))
        {
            message = read;
            return true;
        }

        message = "";
        return false;
    }

    /// <summary>Whether messages were lost since the last time.</summary>
    public bool TakeMissed()
    {
        if (!_hasMissed) return false;
        _hasMissed = false;
        return true;
    }

    public async Task WaitAsync(CancellationToken cancellationToken) => await _messages.Reader.WaitToReadAsync(cancellationToken);
}
