using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;

namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// The lanes that have a turn pending, and the round of those that can use it. All members but <see cref="Pull"/> are
/// called under the writer's lock.
/// </summary>
internal sealed class DataLanes(FrameWriter frames, SessionWriterOptions options)
{
    /// <summary>With less room left in a batch, the batch goes out rather than being topped up with a sliver.</summary>
    public const int MinRoom = 4 * 1024;

    private readonly LinkedList<SendLane> _ready = []; // of the lanes' own nodes: a turn allocates nothing
    private readonly HashSet<SendLane> _lanes = [];
    private SendLane? _pulled; // from TakeReady to EndPull; for longer only if its source threw

    public bool HasReady => _ready.Count > 0;

    /// <summary>Puts a lane with a pending turn where it belongs after something about it changed.</summary>
    public void Update(SendLane lane)
    {
        if (!lane.HasTurn || lane.State is SendLaneState.Ready or SendLaneState.Pulling or SendLaneState.Closed) return;
        if (lane.State == SendLaneState.Idle) _lanes.Add(lane);
        lane.State = NextState(lane);
        if (lane.State != SendLaneState.Ready) return;
        lane.QuantumLeft = options.Quantum;
        _ready.AddLast(lane.Node);
    }

    /// <summary>The next lane of the round, with the credits for its turn taken; <see cref="EndPull"/> must follow.</summary>
    public SendLane? TakeReady()
    {
        while (_ready.First is { } node)
        {
            _ready.RemoveFirst();
            var lane = node.Value;
            lane.State = NextState(lane); // it may have been paused since it got ready
            if (lane.State != SendLaneState.Ready) continue;
            lane.State = SendLaneState.Pulling;
            _pulled = lane;
            lane.CreditsTaken = lane.Credits.Take((lane.QuantumLeft + options.MaxPayload - 1) / options.MaxPayload);
            return lane;
        }

        return null;
    }

    /// <summary>
    /// Fills <paramref name="room"/> with frames of a lane that <see cref="TakeReady"/> gave, until its quantum, its credits, the room
    /// or its source is exhausted. Outside the lock: nobody else pulls from this source.
    /// </summary>
    public (int Written, ChannelReadStatus Source) Pull(SendLane lane, Span<byte> room)
    {
        if (lane.CarriesMessages) return PullMessages(lane, room);
        var written = 0;
        while (lane.QuantumLeft > 0 && room.Length - written >= MinRoom && lane.CreditsTaken > 0)
        {
            var target = room[written..];
            var size = Math.Min(options.MaxPayload, target.Length - FrameWriter.MaxDataOverhead);
            if (!lane.TryPay(ref size)) return (written, ChannelReadStatus.Data);
            var read = lane.Source.TryRead(target.Slice(frames.DataHeaderSize, size));
            lane.Settle(size, read.Count);
            if (read.Status != ChannelReadStatus.Data) return (written, read.Status);

            written += frames.SealData(target, lane.StreamId, read.Count);
            lane.CreditsTaken--;
            lane.QuantumLeft -= read.Count;
            lane.BytesSent += read.Count;
            lane.FramesSent++;
            // A short read means that the source is dry: waiting for more costs the same call as asking again.
            if (read.Count < size) return (written, ChannelReadStatus.Empty);
        }

        return (written, ChannelReadStatus.Data);
    }

    /// <summary>Puts a pulled lane back. A value when its turn ended.</summary>
    public SendLaneTurn? EndPull(SendLane lane, ChannelReadStatus source)
    {
        lane.Credits.Return(lane.CreditsTaken);
        lane.CreditsTaken = 0;
        _pulled = null;
        if (lane.State == SendLaneState.Closed) return EndTurn(lane, SendLaneTurn.Cancelled);
        lane.State = SendLaneState.Idle;
        switch (source)
        {
            case ChannelReadStatus.Empty: return EndTurn(lane, SendLaneTurn.Dry);
            case ChannelReadStatus.End: return EndTurn(lane, SendLaneTurn.SourceEnded);
            case ChannelReadStatus.Reset: return EndTurn(lane, SendLaneTurn.SourceReset);
        }

        var keepsPlace = lane.QuantumLeft > 0; // only the batch was full
        lane.State = NextState(lane);
        if (lane.State != SendLaneState.Ready) return null;
        if (!keepsPlace) lane.QuantumLeft = options.Quantum;
        if (keepsPlace) _ready.AddFirst(lane.Node);
        else _ready.AddLast(lane.Node);
        return null;
    }

    /// <summary>Takes a lane out for good. True when the caller must end its turn (a lane that is being pulled ends in <see cref="EndPull"/>).</summary>
    public bool Close(SendLane lane)
    {
        var before = lane.State;
        lane.State = SendLaneState.Closed;
        _lanes.Remove(lane);
        if (before == SendLaneState.Ready) _ready.Remove(lane.Node);
        if (!lane.HasTurn || before is SendLaneState.Pulling or SendLaneState.Closed) return false;
        lane.HasTurn = false;
        return true;
    }

    /// <summary>Takes all lanes out, when nobody pulls any more; the caller ends the turns of those returned.</summary>
    public SendLane[] CloseAll()
    {
        if (_pulled is { } cutShort)
        {
            cutShort.State = SendLaneState.Idle;
            _lanes.Add(cutShort);
        }

        return [.. _lanes.ToArray().Where(Close)];
    }

    private (int Written, ChannelReadStatus Source) PullMessages(SendLane lane, Span<byte> room)
    {
        var written = 0;
        while (lane.QuantumLeft > 0 && room.Length - written >= FrameWriter.MaxMessageRoom && lane.CreditsTaken > 0)
        {
            var target = room[written..];
            var read = lane.Source.TryRead(target.Slice(frames.MessageHeaderSize, DataFrame.MaxMessageSize));
            if (read.Status != ChannelReadStatus.Data) return (written, read.Status);

            written += frames.SealMessage(target, read.Count);
            lane.CreditsTaken--;
            lane.QuantumLeft -= read.Count;
            lane.BytesSent += read.Count - DataFrame.HeaderSize;
            lane.FramesSent++;
        }

        return (written, ChannelReadStatus.Data);
    }

    private static SendLaneTurn EndTurn(SendLane lane, SendLaneTurn result)
    {
        lane.HasTurn = false;
        return result;
    }

    private static SendLaneState NextState(SendLane lane)
    {
        if ((lane.Control & SendLaneControl.Opened) == 0) return SendLaneState.NeedsOpening;
        if (lane.IsPaused) return SendLaneState.NeedsResume;
        if (lane.NeedsBudget) return SendLaneState.NeedsBudget;
        return lane.Credits.CanSend ? SendLaneState.Ready : SendLaneState.NeedsCredit;
    }
}
