using Nexus.Protocol.Backend;
using Nexus.Protocol.WebSockets;

namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// Everything a session sends that is not data. What belongs to a lane coalesces there (grants add up), so its amount is
/// bounded by the number of lanes; the rest is bounded by count. All members are called under the writer's lock.
/// </summary>
internal sealed class ControlLane(FrameWriter frames, SessionWriterOptions options)
{
    private readonly Queue<ControlMessage> _messages = new();
    private readonly Queue<ITextSource> _texts = new();
    private readonly Queue<SendLane> _due = new();
    private readonly byte[] _pong = new byte[125];
    private int _pongLength = -1;
    private bool _ping;
    private ITextSource? _text; // of which a part has left
    private (ushort Code, string Reason)? _close;

    /// <summary>Data and control messages of the session written so far.</summary>
    public long Written => frames.Messages;

    /// <summary>Messages that wait. Read without the lock: a number for people.</summary>
    public int Queued => _messages.Count + _texts.Count + _due.Count + (_text is null ? 0 : 1);

    /// <summary>Whether the rest of a text message must leave before any other message may (RFC 6455 §5.4).</summary>
    public bool IsInText => _text is not null;

    /// <summary>False when the bound is reached.</summary>
    public bool TryPost(in ControlMessage message)
    {
        if (_messages.Count >= options.MaxQueuedMessages) return false;
        _messages.Enqueue(message);
        return true;
    }

    /// <summary>False when the bound is reached.</summary>
    public bool TryPostText(ReadOnlyMemory<byte> utf8)
    {
        return utf8.Length <= FrameWriter.MaxControlSize - WebSocketFrameHeader.MaxSize && TryPostText(new WholeText(utf8));
    }

    /// <summary>False when the bound is reached.</summary>
    public bool TryPostText(ITextSource text)
    {
        if (_texts.Count >= options.MaxQueuedMessages) return false;
        _texts.Enqueue(text);
        return true;
    }

    public void PostPing() => _ping = true;

    public void PostPong(ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(_pong);
        _pongLength = payload.Length;
    }

    public void PostClose(ushort code, string reason) => _close ??= (code, reason);

    /// <summary>Marks a message of <paramref name="lane"/> as due, unless its last one has left.</summary>
    public void Due(SendLane lane, SendLaneControl due)
    {
        if ((lane.Control & SendLaneControl.Finished) != 0) return;
        lane.Control |= due;
        if ((lane.Control & SendLaneControl.Queued) != 0) return;
        lane.Control |= SendLaneControl.Queued;
        _due.Enqueue(lane);
    }

    /// <summary>
    /// Writes what is due from the start of <paramref name="buffer"/> until <paramref name="budget"/> bytes are reached (the last
    /// message may cross it). A lane whose opening left is handed to <paramref name="data"/>. Returns the bytes written.
    /// </summary>
    public int Write(byte[] buffer, int budget, DataLanes data, out bool isLast)
    {
        var count = 0;
        isLast = false;
        if (_pongLength >= 0) count += WritePong(buffer.AsSpan(count));
        if (_ping) count += frames.WriteFrame(buffer.AsSpan(count), WebSocketOpcode.Ping, []);
        _ping = false;

        count += WriteTexts(buffer.AsSpan(count), budget - count);
        if (IsInText) return count;
        while (count < budget && _messages.TryDequeue(out var message)) count += frames.WriteControl(buffer.AsSpan(count), message);
        while (count < budget && _due.TryDequeue(out var lane)) count += WriteLane(buffer, count, lane, data);

        if (count >= budget || _close is not { } close) return count;
        isLast = true;
        return count + frames.WriteClose(buffer.AsSpan(count), close.Code, close.Reason);
    }

    private int WriteTexts(Span<byte> target, int budget)
    {
        var count = 0;
        while (count < budget)
        {
            var isFirst = _text is null;
            if (_text is null && !_texts.TryDequeue(out _text)) break;
            count += frames.WriteText(target[count..], _text, isFirst, out var isEnd);
            if (isEnd) _text = null;
        }

        return count;
    }

    private int WritePong(Span<byte> target)
    {
        var size = frames.WriteFrame(target, WebSocketOpcode.Pong, _pong.AsSpan(0, _pongLength));
        _pongLength = -1;
        return size;
    }

    private int WriteLane(byte[] buffer, int start, SendLane lane, DataLanes data)
    {
        var due = lane.Control & SendLaneControl.Due;
        lane.Control &= ~(SendLaneControl.Due | SendLaneControl.Queued);
        var count = start;
        if (due.HasFlag(SendLaneControl.Open))
        {
            if (lane.Opening is { } opening) count += WriteOpening(buffer.AsSpan(count), opening.Value);
            lane.Opening = null;
            lane.Control |= SendLaneControl.Opened;
            data.Update(lane);
        }

        if (due.HasFlag(SendLaneControl.Grant)) count += WriteGrants(buffer.AsSpan(count), lane);

        // Both sides take every resume_stream as the end of a pause, so the pause goes behind the grant.
        if (due.HasFlag(SendLaneControl.ResumePeer)) count += frames.WriteControl(buffer.AsSpan(count), new(ControlEvent.ResumeStream, lane.StreamId));
        if (due.HasFlag(SendLaneControl.PausePeer)) count += frames.WriteControl(buffer.AsSpan(count), new(ControlEvent.PauseStream, lane.StreamId) { Reason = DisconnectReason.BufferFull });
        if (due.HasFlag(SendLaneControl.Ping)) count += frames.WriteControl(buffer.AsSpan(count), new(ControlEvent.PingClient, lane.StreamId));
        if (due.HasFlag(SendLaneControl.Pong)) count += frames.WriteControl(buffer.AsSpan(count), new(ControlEvent.PongClient, lane.StreamId));
        if (due.HasFlag(SendLaneControl.HalfClose)) count += frames.WriteControl(buffer.AsSpan(count), new(ControlEvent.HalfClose, lane.StreamId));
        if (due.HasFlag(SendLaneControl.Finish))
        {
            count += frames.WriteControl(buffer.AsSpan(count), new(ControlEvent.Disconnect, lane.StreamId) { Reason = lane.FinishReason });
            lane.Control |= SendLaneControl.Finished;
        }

        return count - start;
    }

    private int WriteGrants(Span<byte> target, SendLane lane)
    {
        var count = 0;
        do
        {
            var credits = Math.Min(lane.PendingGrant, options.Format.MaxGrant);
            var announces = lane.AnnouncesHalfClose && (lane.Control & SendLaneControl.Granted) == 0;
            count += frames.WriteControl(target[count..], new(ControlEvent.ResumeStream, lane.StreamId) { Credits = credits, CanHalfClose = announces });
            lane.PendingGrant -= credits;
            lane.Control |= SendLaneControl.Granted;
        }
        while (lane.PendingGrant > 0);

        return count;
    }

    private int WriteOpening(Span<byte> target, in ControlMessage opening)
    {
        var count = frames.WriteControl(target, opening);
        if (options.Format.OpeningHasCredits || opening.Credits <= 0) return count;
        return count + frames.WriteControl(target[count..], new(ControlEvent.ResumeStream, opening.StreamId) { Credits = opening.Credits });
    }
}
