using System.Net;
using System.Net.Sockets;

namespace Nexus.Testing;

/// <summary>
/// A line that a test can disturb: passes TCP connections on to a port of this machine, and stalls them all, cuts them into slices or
/// breaks them when it is told to.
/// </summary>
public sealed class ChaosProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _running = [];
    private readonly int _target;
    private readonly int _slice;
    private volatile bool _isCut;
    private TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="target">The port that connections are passed on to.</param>
    /// <param name="slice">Most bytes that are passed on at once.</param>
    public ChaosProxy(int target, int slice = 16 * 1024)
    {
        _target = target;
        _slice = slice;
        _open.SetResult();
        _listener.Start();
        _running.Add(AcceptAsync());
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Nothing passes any more, either way; nobody is told. What comes is held: completes when the target's side has sent something.</summary>
    public Task Stall()
    {
        lock (_lock)
        {
            if (_open.Task.IsCompleted) _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _held.Task;
        }
    }

    /// <summary>Ends the stall, with every byte that was held.</summary>
    public void Resume()
    {
        lock (_lock) _open.TrySetResult();
    }

    /// <summary>Resets all connections, and those that come from now on, until <see cref="Mend"/>.</summary>
    public void Cut()
    {
        _isCut = true;
        Reset();
    }

    /// <summary>Ends the cut.</summary>
    public void Mend() => _isCut = false;

    /// <summary>Resets all connections, towards both sides.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            foreach (var socket in _sockets) Break(socket);
            _sockets.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        Reset();
        Task[] running;
        lock (_lock) running = [.. _running];
        await Task.WhenAll(running).BoundedAsync();
        _stop.Dispose();
    }

    private static void Break(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0); // closing sends RST
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }

        socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptSocketAsync(_stop.Token);
                lock (_lock)
                {
                    _running.RemoveAll(task => task.IsCompletedSuccessfully);
                    _running.Add(PassAsync(near));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private async Task PassAsync(Socket near)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        lock (_lock) _sockets.AddRange([near, far]);
        if (_isCut)
        {
            Break(near);
            Break(far);
            return;
        }

        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            await Task.WhenAll(PumpAsync(near, far, isFromTarget: false), PumpAsync(far, near, isFromTarget: true));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side broke, or the test has ended: the other one sees it too.
        }

        near.Dispose();
        far.Dispose();
        lock (_lock) _sockets.RemoveAll(socket => socket == near || socket == far);
    }

    private async Task PumpAsync(Socket source, Socket destination, bool isFromTarget)
    {
        var buffer = new byte[_slice];
        try
        {
            while (await source.ReceiveAsync(buffer, _stop.Token) is > 0 and var count)
            {
                await PassableAsync(isFromTarget);
                for (var sent = 0; sent < count;) sent += await destination.SendAsync(buffer.AsMemory(sent, count - sent), _stop.Token);
            }

            await PassableAsync(isFromTarget: false);
            destination.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            Break(source);
            Break(destination);
        }
    }

    private Task PassableAsync(bool isFromTarget)
    {
        lock (_lock)
        {
            if (isFromTarget && !_open.Task.IsCompleted) _held.TrySetResult();
            return _open.Task.WaitAsync(_stop.Token);
        }
    }
}
