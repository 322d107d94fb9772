using System.Threading.Channels;
using Nexus.Protocol.Channels;
using Nexus.SystemTests.Golden.Recordings;
using Nexus.SystemTests.Golden.Wire;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>A recorded stream played again: its user, its place on the hub's connection, and what the client still has to send.</summary>
/// <remarks>Data waits for credits of the hub in front of us, so it is sent beside the script, in the stream's own order.</remarks>
internal sealed class ReplayedStream : IAsyncDisposable
{
    private readonly Channel<(WireMessage Message, int Data)> _toSend = Channel.CreateUnbounded<(WireMessage, int)>();
    private readonly Changes _changes;
    private readonly MemoryStream _toUser = new();
    private readonly Task _sending;
    private long _framesSent;
    private long _framesBeyondCredits;
    private long _bytesQueued;

    public ReplayedStream(BackendLink link, LinkedStream onLink, ReplayedUser user, Changes changes)
    {
        Link = link;
        OnLink = onLink;
        User = user;
        _changes = changes;
        _sending = SendAllAsync();
    }

    public BackendLink Link { get; }

    public LinkedStream OnLink { get; }

    public ReplayedUser User { get; }

    /// <summary>Whether the recorded client has ended it.</summary>
    public bool IsEndedByBackend { get; private set; }

    /// <summary>Whether it ended so because there was no service, and the user had got nothing.</summary>
    public bool IsDialFailure { get; private set; }

    /// <summary>Whether the recorded server has ended it before the client did.</summary>
    public bool IsEndedByUser { get; set; }

    /// <summary>Data messages that the hub can have delivered; what it grants back is counted from them.</summary>
    public long FramesSent => Interlocked.Read(ref _framesSent);

    /// <summary>Whether the user has all that the client has been told to send so far.</summary>
    public bool HasUserAll => User.ReceivedBytes >= Interlocked.Read(ref _bytesQueued);

    /// <summary>Whether the hub's disconnect is there, or cannot come any more.</summary>
    public bool IsOver => OnLink.IsDisconnected || Link.HasEnded;

    public void Queue(RecordedFrame frame)
    {
        var payload = frame.Message.Payload.ToArray();
        new Guid(OnLink.Id).TryWriteBytes(payload.AsSpan(1), bigEndian: true, out _);
        QueueData(new WireMessage(WireKind.Binary, payload, frame.Message.Fragments));
    }

    public void QueueData(ReadOnlySpan<byte> data)
    {
        var payload = new byte[17 + data.Length];
        payload[0] = 0x01;
        new Guid(OnLink.Id).TryWriteBytes(payload.AsSpan(1), bigEndian: true, out _);
        data.CopyTo(payload.AsSpan(17));
        QueueData(new WireMessage(WireKind.Binary, payload));
    }

    /// <summary>Notes what was sent without asking for credits.</summary>
    public void SentBeyondCredits(ReadOnlySpan<byte> data)
    {
        _framesBeyondCredits++;
        _toUser.Write(data);
    }

    public void QueueDisconnect(string json)
    {
        IsEndedByBackend = true;
        IsDialFailure |= _bytesQueued == 0 && json.Contains("dial_failed", StringComparison.Ordinal);
        _toSend.Writer.TryWrite((new WireMessage(WireKind.Binary, [0x02, .. System.Text.Encoding.UTF8.GetBytes(json)]), 0));
    }

    public async ValueTask DisposeAsync()
    {
        _toSend.Writer.TryComplete();
        await User.DisposeAsync();
        await _sending;
    }

    /// <summary>Whether all that was to be sent is on its way, or cannot be sent now.</summary>
    public bool IsFlushed => HasUserAll || FramesSent >= OnLink.Granted || IsOver || User.End is not null;

    /// <summary>Both directions, byte for byte, and the ends (the README's "do not compare" leaves the cuts out).</summary>
    public void Check(bool isConnectionLost)
    {
        var fromUser = OnLink.Received;
        Assert.True(User.Sent.AsSpan().StartsWith(fromUser), "The backend got other bytes than the user sent.");
        if (!IsEndedByBackend && !IsEndedByUser && !isConnectionLost) Assert.Equal(User.Sent.Length, fromUser.Length);

        var toUser = _toUser.ToArray();
        var received = User.Received;
        Assert.True(toUser.AsSpan().StartsWith(received), "The user got other bytes than the backend sent.");
        if (IsEndedByBackend && !IsEndedByUser)
        {
            Assert.Equal(toUser.Length, received.Length);
            Assert.Equal(IsDialFailure ? ChannelReadStatus.Reset : ChannelReadStatus.End, User.End);
            if (IsDialFailure) Assert.Equal("dial_failed", User.EndReason);
            Assert.False(OnLink.IsDisconnected, "A backend's disconnect is not echoed.");
        }

        Assert.Equal(User.HasFinished, OnLink.IsHalfClosed);
        var replenished = OnLink.Granted - 64;
        var sent = FramesSent + _framesBeyondCredits;
        Assert.True(replenished <= sent, $"{replenished} credits given back for {sent} messages.");
    }

    /// <summary>Whether everything that can still arrive has arrived.</summary>
    public bool IsSettled(bool isConnectionLost)
    {
        if (isConnectionLost || Link.IsCut) return User.End is not null;
        if (IsEndedByUser) return true;
        if (IsEndedByBackend) return User.End is not null;
        return HasUserAll && (OnLink.IsHeld || OnLink.ReceivedBytes >= User.SentBytes) && FramesSent - (OnLink.Granted - 64) < 8;
    }

    public override string ToString() =>
        $"{OnLink.Connect.ToJsonString()}: backend has {OnLink.ReceivedBytes} of {User.SentBytes} bytes in {OnLink.Frames} messages, user has {User.ReceivedBytes} of " +
        $"{_bytesQueued}, {FramesSent} messages sent, {OnLink.Granted} granted, user's end {User.End}, disconnect {OnLink.IsDisconnected}";

    private void QueueData(WireMessage message)
    {
        Interlocked.Add(ref _bytesQueued, message.Payload.Length - 17);
        _toUser.Write(message.Payload.AsSpan(17));
        _toSend.Writer.TryWrite((message, 1));
    }

    private async Task SendAllAsync()
    {
        await foreach (var (message, data) in _toSend.Reader.ReadAllAsync())
        {
            if (data > 0) await _changes.UntilAsync(() => FramesSent < OnLink.Granted || IsOver, () => $"credits for {this}");
            if (IsOver && data > 0) continue;
            await Link.SendAsync(message);
            Interlocked.Add(ref _framesSent, data);
            _changes.Signal();
        }
    }
}
