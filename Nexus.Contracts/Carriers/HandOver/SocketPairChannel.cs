using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>
/// One end of a stream that two processes of one host carry by a pair of connected sockets. A close is no reset there, and the kernel of
/// a process that is killed closes as an orderly one does. So an end of the bytes counts only with the other side's word for it, which
/// says how many there were (docs/architecture.md); without that it is a reset.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class SocketPairChannel : ICarriedStream, IHandedOver
{
    private const long Unknown = -1;

    private readonly HandOverSocket _link;
    private readonly ulong _id;
    private readonly SocketChannel _socket;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _gone = new();
    private readonly TaskCompletionSource _knowsEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _isOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _read;
    private long _written;
    private long _finAt = Unknown; // how much the other side has written in all
    private bool _hasEnded; // the other side has ended it, in order
    private bool _isBroken; // nothing is carried any more
    private bool _hasToldBreak;
    private volatile bool _isExhausted; // the socket gives nothing more
    private volatile bool _isFinSent;
    private volatile string? _endReason;

    internal SocketPairChannel(Socket socket, HandOverSocket link, ulong id)
    {
        _socket = new SocketChannel(socket);
        _link = link;
        _id = id;
    }

    /// <summary>The target's reason for the end, a snake_case word; null before the end, at the target, and when it could not tell.</summary>
    public string? EndReason => _endReason;

    /// <inheritdoc />
    public bool WaitsPromptly => true;

    /// <summary>Fires when the other side has broken the stream, or can say nothing more.</summary>
    internal CancellationToken Gone => _gone.Token;

    /// <inheritdoc />
    public ValueTask WaitToReadAsync(CancellationToken cancellationToken) =>
        _isExhausted ? new(_knowsEnd.Task.WaitAsync(cancellationToken)) : _socket.WaitToReadAsync(cancellationToken);

    /// <inheritdoc />
    public ChannelRead TryRead(Span<byte> buffer)
    {
        if (_isExhausted || IsBroken) return Verdict();
        var read = _socket.TryRead(buffer);
        _read += read.Count;
        if (read.Status is ChannelReadStatus.Data or ChannelReadStatus.Empty) return read;
        _isExhausted = true;
        return Verdict();
    }

    /// <inheritdoc />
    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var count = _socket.TryWrite(bytes);
            _written += count;
            return count;
        }
        catch (IOException) when (!_isOver.Task.IsCompleted)
        {
            return 0; // the other side has closed it, and will say how
        }
        catch (IOException) when (!IsBroken)
        {
            return bytes.Length; // there is no receiver any more, as by gRPC
        }
    }

    /// <inheritdoc />
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await _socket.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            _written += bytes.Length;
        }
        catch (IOException)
        {
            await _isOver.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (IsBroken) throw;
        }
    }

    /// <summary>Says how much it was before it ends the bytes: who sees their end can know by then.</summary>
    /// <exception cref="IOException">The channel is broken.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        if (IsBroken) throw new IOException("The stream was reset.");
        if (_isFinSent || _isOver.Task.IsCompleted) return;
        if (await _link.SendAsync(HandOverFormat.Fin(_id, _written), null, cancellationToken).ConfigureAwait(false) != HandOverSend.Sent)
            throw new IOException("The hand-over connection was lost.");
        _isFinSent = true;
        try
        {
            await _socket.CompleteWritesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException) when (!IsBroken)
        {
            // The other side has closed its own, and knows how much it was.
        }
    }

    /// <inheritdoc />
    public void Abort()
    {
        TellBreak();
        Break();
    }

    /// <summary>For the stream's first owner: what has not ended in both directions is broken.</summary>
    public ValueTask DisposeAsync()
    {
        if (!_isFinSent || !_isExhausted || Verdict().Status != ChannelReadStatus.End) TellBreak();
        Break();
        return ValueTask.CompletedTask;
    }

    /// <summary>Writes what comes first; a channel that is broken by then says so to its reader.</summary>
    internal async ValueTask BeginAsync(ReadOnlyMemory<byte> prelude, CancellationToken cancellationToken)
    {
        try
        {
            if (!prelude.IsEmpty) await WriteAsync(prelude, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It is.
        }
    }

    /// <summary>For the target, whose end is one for both directions: an orderly one has sent its FIN.</summary>
    internal void EndByTarget()
    {
        if (!_isFinSent) TellBreak();
        Break();
    }

    /// <summary>The other side has written so much, and writes no more.</summary>
    internal void OnFin(long bytes)
    {
        lock (_gate)
        {
            if (_finAt == Unknown) _finAt = bytes;
        }

        _knowsEnd.TrySetResult();
    }

    /// <summary>The other side has broken the stream, or is lost.</summary>
    internal void Break()
    {
        lock (_gate)
        {
            if (_isBroken) return;
            _isBroken = true;
        }

        _socket.Abort(); // ends what waits here
        _knowsEnd.TrySetResult();
        _isOver.TrySetResult();
        _gone.Cancel();
    }

    void IHandedOver.End(HandOverEnd end)
    {
        _endReason = end.Reason;
        lock (_gate) _hasEnded = true;
        if (!HasFin) Break();
        _isOver.TrySetResult();
    }

    void IHandedOver.Lose(bool isTargetSilent) => Break();

    bool IHandedOver.TryLeave() => false; // its bytes go through the caller

    bool ICarriedStream.IsDeaf => _isOver.Task.IsCompleted && !IsBroken;

    async Task<ChannelReadStatus> ICarriedStream.WhenOverAsync()
    {
        await _isOver.Task.ConfigureAwait(false);
        return IsBroken ? ChannelReadStatus.Reset : ChannelReadStatus.End;
    }

    private bool IsBroken
    {
        get { lock (_gate) return _isBroken; }
    }

    private bool HasFin
    {
        get { lock (_gate) return _finAt != Unknown; }
    }

    /// <summary>What the end of the socket's bytes means.</summary>
    private ChannelRead Verdict()
    {
        lock (_gate)
        {
            if (_isBroken) return ChannelRead.Reset;
            if (_finAt == Unknown) return ChannelRead.Empty;
            return _finAt == _read ? ChannelRead.End : ChannelRead.Reset;
        }
    }

    private void TellBreak()
    {
        lock (_gate)
        {
            if (_isBroken || _hasEnded || _hasToldBreak) return;
            _hasToldBreak = true;
        }

        _link.Post(HandOverFormat.Abort(_id));
    }
}
