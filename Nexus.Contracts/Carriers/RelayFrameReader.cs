using System.Runtime.CompilerServices;
using Grpc.Core;
using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// The reading half of a server's channel: frames as a stream of bytes. At most one frame is held. One reader at a time, but the
/// channel may be closed while it reads: a frame taken by both would go back to the pool twice, and then to two users.
/// </summary>
/// <param name="frames">The call's messages.</param>
/// <param name="stopped">Ends a read that waits.</param>
internal sealed class RelayFrameReader(IAsyncStreamReader<RelayFrame> frames, CancellationToken stopped)
{
    private readonly Lock _gate = new();
    private Task<bool>? _next;
    private RelayFrame? _frame;
    private int _offset;
    private volatile ChannelReadStatus _end = ChannelReadStatus.Empty;

    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (IsReady()) return ValueTask.CompletedTask;
        return cancellationToken.CanBeCanceled ? WaitCancellableAsync(cancellationToken) : WaitForNextAsync();
    }

    /// <summary>Fills <paramref name="buffer"/> from as many frames as have arrived.</summary>
    public ChannelRead TryRead(Span<byte> buffer)
    {
        var count = 0;
        lock (_gate)
        {
            while (count < buffer.Length && IsReady() && _frame is { } frame)
            {
                var rest = frame.Data.Span[_offset..];
                var part = rest[..Math.Min(rest.Length, buffer.Length - count)];
                part.CopyTo(buffer[count..]);
                count += part.Length;
                _offset += part.Length;
                if (part.Length == rest.Length) Drop();
            }
        }

        return count > 0 ? ChannelRead.Data(count) : new ChannelRead(_end);
    }

    /// <summary>Ends the reading from this side.</summary>
    public void End(ChannelReadStatus status)
    {
        lock (_gate)
        {
            if (_end == ChannelReadStatus.Empty) _end = status;
        }
    }

    /// <summary>Ends the reading and waits for a read that goes on in the call, which has ended: nothing of it is left behind.</summary>
    public async ValueTask CloseAsync()
    {
        End(ChannelReadStatus.Reset);
        if (_next is { } next) await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            if (_next is { } last) TakeNext(last);
            Drop();
        }
    }

    /// <summary>Whether there are bytes, or an end.</summary>
    private bool IsReady()
    {
        lock (_gate)
        {
            while (_frame is null && _end == ChannelReadStatus.Empty)
            {
                var next = _next ??= MoveNext();
                if (!next.IsCompleted) return false;

                TakeNext(next);
            }

            return true;
        }
    }

    private Task<bool> MoveNext()
    {
        try
        {
            return frames.MoveNext(stopped);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            return Task.FromException<bool>(exception);
        }
    }

    private void TakeNext(Task<bool> next)
    {
        _next = null;
        if (next.IsCompletedSuccessfully)
        {
            if (next.GetAwaiter().GetResult()) Take(frames.Current);
            else End(ChannelReadStatus.End);
        }
        else
        {
            _ = next.Exception; // seen
            End(ChannelReadStatus.Reset);
        }
    }

    private void Take(RelayFrame frame)
    {
        _offset = 0;
        if (frame.Open is not null) End(ChannelReadStatus.Reset); // a second open is a breach of the contract
        if (frame.Data.IsEmpty || _end != ChannelReadStatus.Empty) frame.Release();
        else _frame = frame;
    }

    private void Drop()
    {
        _frame?.Release();
        _frame = null;
        _offset = 0;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitForNextAsync()
    {
        while (!IsReady())
        {
            if (_next is { } next) await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask WaitCancellableAsync(CancellationToken cancellationToken)
    {
        while (!IsReady())
        {
            // The read itself goes on, for the next wait: cancelling it would end the call.
            if (_next is { } next) await Task.WhenAny(next).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsEnd(Exception exception) =>
        exception is RpcException or IOException or OperationCanceledException or InvalidOperationException;
}
