using System.Runtime.CompilerServices;
using Grpc.Core;
using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// The reading half of a caller's channel: the data of the responses goes from the connection's buffers straight into the reader's memory.
/// One reader at a time, but the channel may be closed while it reads.
/// </summary>
internal sealed class RelayResponseReader(RelayCall call) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly RelayResponseHeader _header = new();
    private Task<int>? _arrival;
    private bool _hasArrived; // bytes, or their end: a read does not wait
    private ReadOnlyMemory<byte> _lead; // data that came with its header
    private int _missing; // data of the message after that
    private volatile ChannelReadStatus _end = ChannelReadStatus.Empty;
    private volatile ChannelReadStatus _over = ChannelReadStatus.Empty;

    /// <summary><see cref="ChannelReadStatus.Empty"/> until the bytes have ended.</summary>
    public ChannelReadStatus Ended => _end;

    /// <summary><see cref="ChannelReadStatus.Empty"/> until the call has ended and was read to its end.</summary>
    public ChannelReadStatus Over => _over;

    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (IsReady()) return ValueTask.CompletedTask;
        return cancellationToken.CanBeCanceled ? WaitCancellableAsync(cancellationToken) : WaitForNextAsync();
    }

    /// <summary>Fills <paramref name="buffer"/> from as many messages as have arrived.</summary>
    public ChannelRead TryRead(Span<byte> buffer)
    {
        var count = 0;
        lock (_gate)
        {
            while (count < buffer.Length && _end == ChannelReadStatus.Empty && (HasData || TryStartMessage()))
            {
                var taken = Take(buffer[count..]);
                if (taken == 0) break;
                count += taken;
            }
        }

        return count > 0 ? ChannelRead.Data(count) : new ChannelRead(_end);
    }

    /// <summary>After the end of the bytes: reads on until the call itself has ended, and says how.</summary>
    public async Task<ChannelReadStatus> WhenOverAsync()
    {
        while (DropUntilOver() is { } arrival) await ((Task)arrival).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _over;
    }

    /// <summary>Waits for a read that goes on in the call, which has ended: nothing of it is left behind.</summary>
    public async ValueTask CloseAsync()
    {
        lock (_gate) EndBytes(ChannelReadStatus.Reset);
        if (_arrival is { } arrival) await ((Task)arrival).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Dispose();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _lead = default;
            _header.Dispose();
        }
    }

    private bool HasData => _missing > 0 || !_lead.IsEmpty;

    /// <summary>Whether there are bytes, or an end.</summary>
    private bool IsReady()
    {
        lock (_gate)
        {
            if (_end == ChannelReadStatus.Empty && (HasData || TryStartMessage()) && (!_lead.IsEmpty || HasArrived())) return true;
            return _end != ChannelReadStatus.Empty;
        }
    }

    private int Take(Span<byte> buffer)
    {
        if (_lead.IsEmpty)
        {
            var read = TryFill(buffer[..Math.Min(buffer.Length, _missing)]);
            _missing -= read;
            return read;
        }

        var part = _lead.Span[..Math.Min(_lead.Length, buffer.Length)];
        part.CopyTo(buffer);
        _lead = _lead[part.Length..];
        return part.Length;
    }

    /// <summary>Reads what goes before a message's data. False when that has not arrived, or the bytes have ended.</summary>
    private bool TryStartMessage()
    {
        if (_header.IsComplete) _header.Restart(); // its data was taken
        while (_end == ChannelReadStatus.Empty)
        {
            while (!_header.IsComplete)
            {
                var read = TryFill(_header.Free);
                if (read == 0) return false;

                if (!_header.TryAdvance(read))
                {
                    Break(new Status(StatusCode.Internal, "A message is none, or too large."));
                    return false;
                }
            }

            (_lead, _missing) = (_header.Lead, _header.Missing);
            if (HasData) return true;

            _header.Restart();
            EndBytes(ChannelReadStatus.End); // a message without data
        }

        return false;
    }

    /// <summary>Reads what is there; 0 when nothing is, or the call is over.</summary>
    private int TryFill(Span<byte> destination)
    {
        if (!HasArrived() || call.Responses is not { } responses) return 0;

        try
        {
            _hasArrived = false;
            var count = responses.Read(destination);
            if (count == 0) EndCall();
            return count;
        }
        catch (Exception exception) when (RelayCall.IsTransportFailure(exception))
        {
            Fail(exception);
            return 0;
        }
    }

    private bool HasArrived()
    {
        if (_hasArrived) return true;

        try
        {
            if (_arrival is null)
            {
                var arrival = call.Responses?.ReadAsync(Memory<byte>.Empty, call.Ended) ?? throw new IOException("There are no responses.");
                if (arrival.IsCompletedSuccessfully) _ = arrival.Result;
                else _arrival = arrival.AsTask();
            }

            if (_arrival is { IsCompleted: false }) return false;

            _hasArrived = true;
            _arrival?.GetAwaiter().GetResult();
            _arrival = null;
            return true;
        }
        catch (Exception exception) when (RelayCall.IsTransportFailure(exception))
        {
            _arrival = null;
            Fail(exception);
            return false;
        }
    }

    private Task<int>? DropUntilOver()
    {
        Span<byte> dropped = stackalloc byte[256];
        lock (_gate)
        {
            while (_over == ChannelReadStatus.Empty)
            {
                if (TryFill(dropped) == 0 && _arrival is { } arrival) return arrival;
            }

            return null;
        }
    }

    private void EndCall()
    {
        call.EndWithTrailers(isWithinMessage: HasData || (_header.HasBegun && !_header.IsComplete));
        SetOver(call.Status is { StatusCode: StatusCode.OK } ? ChannelReadStatus.End : ChannelReadStatus.Reset);
    }

    private void Break(Status status)
    {
        call.End(status);
        SetOver(ChannelReadStatus.Reset);
    }

    private void Fail(Exception exception)
    {
        call.Fail(exception);
        SetOver(ChannelReadStatus.Reset);
    }

    private void SetOver(ChannelReadStatus status)
    {
        if (_over == ChannelReadStatus.Empty) _over = status;
        EndBytes(status);
    }

    private void EndBytes(ChannelReadStatus status)
    {
        if (_end == ChannelReadStatus.Empty) _end = status;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitForNextAsync()
    {
        while (!IsReady())
        {
            if (_arrival is { } arrival) await ((Task)arrival).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask WaitCancellableAsync(CancellationToken cancellationToken)
    {
        while (!IsReady())
        {
            // The read itself goes on, for the next wait: cancelling it would end the call.
            if (_arrival is { } arrival) await Task.WhenAny(arrival).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
