using System.Buffers;
using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>One relay between two channels: its two directions, its idle limit and its end.</summary>
internal sealed class RelayRun : IDisposable
{
    // Before the bytes: for what a call puts there.
    private const int Room = RelayClientChannel.HeaderSize;

    /// <summary>A side that sends without a pause is served by the thread pool, so that a poller's other sockets are not kept waiting.</summary>
    private const int ChunksOnPoller = 8;

    private readonly IByteChannel _first;
    private readonly IByteChannel _second;
    private readonly DuplexRelayOptions _options;
    private readonly RelayIdleTimer _idle;
    private readonly Lock _gate = new();
    private RelayEndReason? _failure;
    private RelaySide _endedBy;
    private bool _isOver;
    private long _bytesFromFirst;
    private long _bytesFromSecond;

    public RelayRun(IByteChannel first, IByteChannel second, DuplexRelayOptions options, TimeProvider time)
    {
        _first = first;
        _second = second;
        _options = options;
        _idle = new RelayIdleTimer(options.IdleTimeout, time, () => Fail(RelayEndReason.IdleTimeout, RelaySide.None));
    }

    public void Dispose() => _idle.Dispose();

    public void Cancel() => Fail(RelayEndReason.Cancelled, RelaySide.None);

    public async Task RunAsync()
    {
        var forward = PumpAsync(_first, _second, RelaySide.First);
        var backward = PumpAsync(_second, _first, RelaySide.Second);
        await Task.WhenAll(forward, backward).ConfigureAwait(false);
        lock (_gate) _isOver = true; // what fires from now on is too late: a reset would destroy what is still on its way to a slow reader
    }

    public RelayEnd GetEnd()
    {
        lock (_gate) return new RelayEnd(_failure ?? RelayEndReason.Completed, _endedBy, _bytesFromFirst, _bytesFromSecond);
    }

    /// <summary>
    /// One direction, until its source ends. A failure ends the relay, one that no channel may have as well. The buffer is held only while bytes are
    /// moved; no other async method is called for a chunk, so that nothing is allocated for it.
    /// </summary>
    private async Task PumpAsync(IByteChannel source, IByteChannel destination, RelaySide side)
    {
        var isExplained = false;
        try
        {
            var read = ChannelRead.Empty;
            while (read.Status == ChannelReadStatus.Empty)
            {
                await source.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false);
                var chunks = 0;
                var buffer = ArrayPool<byte>.Shared.Rent(Room + _options.BufferSize);
                try
                {
                    for (read = Read(source, buffer); read.Status == ChannelReadStatus.Data; read = Read(source, buffer))
                    {
                        Touch(destination);
                        var written = destination.TryWrite(buffer.AsSpan(Room, read.Count));
                        if (written < read.Count) await WriteAsync(destination, buffer, Room + written, read.Count - written).ConfigureAwait(false);
                        Count(side, read.Count, destination);
                        if (PollerThread.IsCurrent && ++chunks % ChunksOnPoller == 0) await PollerThread.LeaveAsync();
                    }
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }

            if (read.Status == ChannelReadStatus.Reset)
            {
                Fail(RelayEndReason.Reset, side);
            }
            else
            {
                EndDirection(side);
                await destination.CompleteWritesAsync(CancellationToken.None).ConfigureAwait(false);
                if (source is ICarriedStream carried && await carried.WhenOverAsync().ConfigureAwait(false) == ChannelReadStatus.Reset)
                    Fail(RelayEndReason.Reset, side);
            }

            isExplained = true;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            Fail(RelayEndReason.Reset, side == RelaySide.First ? RelaySide.Second : RelaySide.First);
            isExplained = true;
        }
        finally
        {
            if (!isExplained) Fail(RelayEndReason.Reset, RelaySide.None); // nobody may take what is cut off for a whole
        }
    }

    private ChannelRead Read(IByteChannel source, byte[] buffer) => source.TryRead(buffer.AsSpan(Room, _options.BufferSize));

    private static ValueTask WriteAsync(IByteChannel destination, byte[] buffer, int offset, int count) => destination is RelayClientChannel call
        ? call.WriteInPlaceAsync(buffer, offset, count)
        : destination.WriteAsync(buffer.AsMemory(offset, count), CancellationToken.None);

    /// <summary>What is dropped because nobody takes it any more is no sign of life: else a user could send into the void for ever.</summary>
    private void Touch(IByteChannel destination)
    {
        if (destination is not ICarriedStream { IsDeaf: true }) _idle.Touch();
    }

    private void Count(RelaySide side, int count, IByteChannel destination)
    {
        if (destination is ICarriedStream { IsDeaf: true }) return;

        _idle.Touch();
        if (side == RelaySide.First) _bytesFromFirst += count; // one writer each; read when both are done
        else _bytesFromSecond += count;
    }

    private void EndDirection(RelaySide side)
    {
        lock (_gate)
        {
            if (_endedBy == RelaySide.None && _failure is null) _endedBy = side;
        }

        _idle.Shorten(_options.HalfClosedIdleTimeout);
    }

    private void Fail(RelayEndReason reason, RelaySide side)
    {
        lock (_gate)
        {
            if (_failure is not null || _isOver) return;

            _failure = reason;
            _endedBy = side;
        }

        _first.Abort();
        _second.Abort();
    }
}
