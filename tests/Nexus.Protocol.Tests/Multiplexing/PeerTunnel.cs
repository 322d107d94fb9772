using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.Peering;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>One end of a tunnel: a pair of lanes and the connection beside them.</summary>
internal sealed class PeerTunnel
{
    private const int LegacyFrames = 10_000; // whoever counts nothing may send them within one round trip

    private readonly CancellationTokenSource _stop = new();
    private readonly PeerEnd _end;
    private readonly IByteChannel _local;
    private readonly ReceiveLane _receive;
    private readonly ReceiveGrants _grants;
    private readonly TaskCompletionSource<string?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private Task _delivering = Task.CompletedTask;
    private volatile bool _isClosed;

    public PeerTunnel(PeerEnd end, StreamId id, IByteChannel local)
    {
        (_end, Id, _local) = (end, id, local);
        Send = new(end.Writer, id, local, new PeerCredits(end.Format.IsExtended));
        _receive = new(local, end.Format.IsExtended ? PeerFrame.Window : LegacyFrames, OnConsumed); // one frame more than the window is an overflow
        _grants = new(Send, _receive, PeerFrame.Window, pauseAt: int.MaxValue, resumeAt: PeerFrame.Window);
    }

    public StreamId Id { get; }

    public SendLane Send { get; }

    public int QueuedFrames => _receive.QueuedFrames;

    /// <summary>Completes with the reason of the other end's close, or "overflow".</summary>
    public Task<string?> Closed => _closed.Task;

    /// <summary>Completes when both directions have ended.</summary>
    public Task Ended => _running;

    /// <summary>Completes when the other end's bytes have ended and were delivered.</summary>
    public Task Delivered => _delivering;

    public void Start()
    {
        _delivering = DeliverAsync();
        _running = Task.WhenAll(SendAsync(), _delivering);
    }

    public void OnData(ReadOnlySpan<byte> payload)
    {
        if (_receive.Deliver(payload) == DeliverResult.Overflow) _closed.TrySetResult("overflow");
        else if (!_isClosed) _grants.Queued();
    }

    public void OnControl(in ControlMessage message)
    {
        switch (message.Event)
        {
            case ControlEvent.Disconnect:
                _isClosed = true;
                Send.Cancel();
                _receive.Complete();
                _closed.TrySetResult(message.Reason);
                break;
            case ControlEvent.HalfClose: _receive.Complete(); break;
            case ControlEvent.PauseStream: Send.PauseSending(); break;
            case ControlEvent.ResumeStream when message.Credits == 0: Send.ResumeSending(); break;
            case ControlEvent.ResumeStream: Send.AddCredits(message.Credits); break;
        }
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.BoundedAsync();
        await _local.DisposeAsync();
        _stop.Dispose();
    }

    private async Task SendAsync()
    {
        var end = await Send.RunAsync(_stop.Token);
        if (end != SendLaneEnd.SourceEnded) return;
        if (_end.Format.IsExtended) Send.HalfClose();
        else Send.Finish(null);
    }

    private async Task DeliverAsync()
    {
        if (await _receive.RunAsync(_stop.Token) == ReceiveLaneEnd.SinkBroken) Send.Finish(PeerCloseReasonText.Reset);
    }

    private void OnConsumed(int frames)
    {
        if (!_isClosed) _grants.Consumed(frames);
    }
}
