using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Nexus.Protocol.Channels.Polling;

/// <summary>
/// Threads that wait for sockets and run what waits for them on the spot. The runtime's own engine hands every event to the thread pool: a
/// second wake-up for each direction of each process on the way, which at small messages costs more than all the rest.
/// </summary>
/// <remarks>
/// What runs here must be short, because the thread's other sockets wait meanwhile: whoever has more to do than one portion goes to
/// the pool (<see cref="IsCurrent"/>).
/// </remarks>
internal sealed class SocketPoller
{
    private const int MaxPollers = 16;
    private const int EventsAtOnce = 64;

    private static readonly SocketPoller[] s_pollers = Create();
    private static uint s_next;

    [ThreadStatic]
    private static bool s_isPoller;

    private readonly Lock _lock = new();
    private readonly int _epoll;
    private readonly Stack<uint> _free = new();
    private volatile PolledSocket?[] _slots = new PolledSocket?[64];
    private uint _used;
    private uint _generation;
    private bool _isRunning;

    private SocketPoller(int epoll) => _epoll = epoll;

    /// <summary>Linux on x64 and arm64; elsewhere sockets wait as the runtime has it.</summary>
    public static bool IsSupported => s_pollers.Length > 0;

    /// <summary>Whether this is a poller's thread.</summary>
    public static bool IsCurrent => s_isPoller;

    /// <summary>Sockets that are watched now, by all pollers.</summary>
    public static int Watched => s_pollers.Sum(poller => poller.CountUsed());

    /// <summary>Places for them, free ones included.</summary>
    public static int Slots => s_pollers.Sum(poller => poller._slots.Length);

    /// <summary>The next one in turn.</summary>
    public static SocketPoller Next() => s_pollers[Interlocked.Increment(ref s_next) % s_pollers.Length];

    /// <summary>Begins to report events of <paramref name="socket"/>, the present state first. The key is needed to end it.</summary>
    /// <exception cref="SocketException">The system refuses.</exception>
    public ulong Add(PolledSocket socket, SafeHandle handle)
    {
        ulong key;
        lock (_lock)
        {
            Start();
            var slot = _free.Count > 0 ? _free.Pop() : _used++;
            if (slot >= _slots.Length)
            {
                var larger = new PolledSocket?[_slots.Length * 2];
                _slots.CopyTo(larger, 0);
                _slots = larger;
            }

            key = ((ulong)++_generation << 32) | slot; // a slot that is used again has another key
            socket.Key = key;
            Volatile.Write(ref _slots[slot], socket);
        }

        const uint Events = EpollInterop.In | EpollInterop.Out | EpollInterop.ReadHangUp | EpollInterop.EdgeTriggered;
        if (EpollInterop.TryAdd(_epoll, handle, Events, key)) return key;
        var error = Marshal.GetLastPInvokeError();
        Free(key);
        throw new SocketException(error);
    }

    /// <summary>
    /// Before the socket is closed, or given to somebody else: a duplicate elsewhere would keep the registration alive. Whoever has closed
    /// it already has seen to that.
    /// </summary>
    public void Remove(ulong key, SafeHandle handle)
    {
        try
        {
            if (!handle.IsClosed) EpollInterop.Remove(_epoll, handle);
        }
        catch (ObjectDisposedException)
        {
            // Closed in this very moment.
        }

        Free(key);
    }

    private static SocketPoller[] Create()
    {
        var isKnown = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;
        if (!isKnown) return [];
        int[] instances = [.. Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 1, MaxPollers)).Select(_ => EpollInterop.Create())];
        return instances.Any(epoll => epoll < 0) ? [] : [.. instances.Select(epoll => new SocketPoller(epoll))];
    }

    private void Free(ulong key)
    {
        var slot = (uint)key;
        lock (_lock)
        {
            Volatile.Write(ref _slots[slot], null);
            _free.Push(slot);
        }
    }

    /// <summary>Late news of a slot that was freed, or given to another socket since, is nobody's.</summary>
    public void Report(ulong key, uint happened)
    {
        if (Volatile.Read(ref _slots[(uint)key]) is { } socket && socket.Key == key) socket.Report(happened);
    }

    private int CountUsed()
    {
        lock (_lock) return (int)_used - _free.Count;
    }

    private void Start()
    {
        if (_isRunning) return;
        _isRunning = true;
        // As long as the process: sockets come and go, and a thread that waits costs nothing.
        new Thread(Run, 512 * 1024) { IsBackground = true, Name = "Nexus poller" }.UnsafeStart();
    }

    private void Run()
    {
        s_isPoller = true;
        var events = new byte[EventsAtOnce * EpollInterop.EventSize];
        while (true)
        {
            var count = EpollInterop.Wait(_epoll, events);
            for (var i = 0; i < count; i++)
            {
                var (happened, key) = EpollInterop.Read(events, i);
                Report(key, happened);
            }
        }
    }
}
