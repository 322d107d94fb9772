using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Nexus.Protocol.Channels;

/// <summary>
/// A pending wait, one at a time, made once per channel: an async method would allocate (or miss its pool) on every
/// wait, and a wait goes with every frame.
/// </summary>
internal sealed class RuntimeReadWait : IValueTaskSource
{
    private readonly Socket _socket;
    private readonly Action _noteBreak;
    private readonly Action _onCompleted;
    private ManualResetValueTaskSourceCore<bool> _core;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _receiving;

    /// <param name="socket">Stays its owner's.</param>
    /// <param name="noteBreak">Called when a wait has taken the socket's error.</param>
    public RuntimeReadWait(Socket socket, Action noteBreak)
    {
        _socket = socket;
        _noteBreak = noteBreak;
        _onCompleted = OnCompleted;
    }

    /// <summary>Waits until there is something to read, or an end.</summary>
    /// <exception cref="SocketException">The socket is broken.</exception>
    public ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        // A receive of no bytes waits for data without holding a buffer for it.
        var receiving = _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);
        if (!receiving.IsCompleted) return Until(receiving);
        receiving.GetAwaiter().GetResult();
        return ValueTask.CompletedTask;
    }

    private ValueTask Until(ValueTask<int> receiving)
    {
        _core.Reset();
        _receiving = receiving.ConfigureAwait(false).GetAwaiter();
        var wait = new ValueTask(this, _core.Version);
        _receiving.UnsafeOnCompleted(_onCompleted);
        return wait;
    }

    public void GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void OnCompleted()
    {
        try
        {
            _receiving.GetResult();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _noteBreak();
        }
        catch (OperationCanceledException e)
        {
            _core.SetException(e);
            return;
        }

        _core.SetResult(true);
    }
}
