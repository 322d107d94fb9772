using System.Net.Sockets;

namespace Nexus.Protocol.Channels.Polling;

/// <summary>A socket's readiness in both directions, as its poller reports it. Registered when something waits for the first time.</summary>
/// <param name="socket">Non-blocking; stays its owner's, who closes this before it.</param>
internal sealed class PolledSocket(Socket socket)
{
    private readonly Lock _lock = new();
    private SocketPoller? _poller;
    private Readiness? _writing;
    private bool _isClosed;
    private volatile bool _hasHungUp;

    /// <summary>Whether there is something to read, or an end.</summary>
    public Readiness Reading { get; } = new();

    /// <summary>Whether there is room to write, or an end. Most sockets always have room: made for the first that has none, before it is asked.</summary>
    public Readiness Writing => Volatile.Read(ref _writing) ?? Interlocked.CompareExchange(ref _writing, new(), null) ?? _writing;

    /// <summary>Its poller's word for it.</summary>
    public ulong Key { get; set; }

    /// <summary>
    /// Whether a read that filled its buffer partly has taken all that there is at present: the next arrival, or the end, will be
    /// reported. Not before the first registration, nor when the end is there already.
    /// </summary>
    public bool ReportsNext => Volatile.Read(ref _poller) is not null && !_hasHungUp;

    /// <summary>Waits as <see cref="Readiness.WaitAsync"/> does.</summary>
    /// <exception cref="SocketException">The system does not watch the socket.</exception>
    public ValueTask WaitAsync(Readiness direction, CancellationToken cancellationToken)
    {
        if (direction.IsPossible) return ValueTask.CompletedTask;
        if (Volatile.Read(ref _poller) is null) Register();
        return direction.WaitAsync(cancellationToken);
    }

    /// <summary>Ends all waits and all reports. Idempotent.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_isClosed) return;
            _isClosed = true;
            _poller?.Remove(Key, socket.SafeHandle);
        }

        Reading.Close();
        Writing.Close();
    }

    /// <summary>On the poller's thread.</summary>
    public void Report(uint events)
    {
        const uint Ends = EpollInterop.ReadHangUp | EpollInterop.HangUp | EpollInterop.Error;
        if ((events & Ends) != 0) _hasHungUp = true;
        if ((events & (EpollInterop.Out | EpollInterop.HangUp | EpollInterop.Error)) != 0) Volatile.Read(ref _writing)?.Signal();
        if ((events & (EpollInterop.In | Ends)) != 0) Reading.Signal();
    }

    private void Register()
    {
        lock (_lock)
        {
            if (_isClosed || _poller is not null) return;
            var poller = SocketPoller.Next();
            poller.Add(this, socket.SafeHandle);
            Volatile.Write(ref _poller, poller);
        }
    }
}
