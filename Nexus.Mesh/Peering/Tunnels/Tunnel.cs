using Nexus.Contracts.Carriers;
using Nexus.Mesh.Peering.Links;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.Peering;

namespace Nexus.Mesh.Peering.Tunnels;

/// <summary>
/// One user's connection inside a link (spec/node.md §5.5–5.7), at either end: at the origin the local side is the user, at the destination
/// a stream to a hub. The link's loops call it and must never wait for it; what happens first decides how it ends.
/// </summary>
internal sealed class Tunnel
{
    /// <summary>Twice the window.</summary>
    private const int MaxQueuedFrames = 2 * PeerFrame.Window;

    /// <summary>Nodes of the original send what they like before the first grant (spec/node.md §5.7): they are asked to pause, and what is on its way by then has room.</summary>
    private const int MaxUngrantedFrames = 8 * PeerFrame.Window;

    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    // What is needed for an orderly end, in any order.
    private const int Delivered = 1; // the local side has got everything, and the end of it
    private const int Closed = 2; // the other node takes nothing more

    private readonly PeerLink _link;
    private readonly IByteChannel _local;
    private readonly SendLane _send;
    private readonly ReceiveLane _receive;
    private readonly ReceiveGrants _grants;
    private readonly StreamActivity _activity;
    private readonly TaskCompletionSource<TunnelEnd> _decision = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<TunnelEnd?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _hasAnswer; // a byte, or an end of bytes, of the other side
    private volatile bool _localEnded;
    private volatile bool _peerHalfClosed;
    private volatile bool _peerClosed; // in order, and nothing more is taken there
    private volatile bool _isPaused;
    private readonly bool _isExtended;
    private readonly TimeProvider _time;
    private volatile ICarriedStream? _hub;
    private bool _isDestination; // said before anything can come
    private ITimer? _tail;
    private int _steps;

    /// <param name="id">Of the tunnel.</param>
    /// <param name="link">Passes messages on to it until it is forgotten.</param>
    /// <param name="writer">Of the link.</param>
    /// <param name="local">At the origin the user, at the destination what will be the stream to the hub.</param>
    /// <param name="isGrantCertain">Whether the other node grants for sure.</param>
    /// <param name="terms">What all share.</param>
    public Tunnel(StreamId id, PeerLink link, SessionWriter writer, IByteChannel local, bool isGrantCertain, TunnelTerms terms)
    {
        Id = id;
        (_isExtended, _time) = (isGrantCertain, terms.Time);
        _link = link;
        _local = local;
        _send = new SendLane(writer, id, local, new PeerCredits(isGrantCertain));
        _receive = new ReceiveLane(local, isGrantCertain ? MaxQueuedFrames : MaxUngrantedFrames, OnConsumed, budget: null, terms.Memory);
        _grants = isGrantCertain
            ? new(_send, _receive, PeerFrame.Window, pauseAt: int.MaxValue, resumeAt: MaxQueuedFrames) // the window counts; a pause is for memory
            : new(_send, _receive, PeerFrame.Window, pauseAt: PeerFrame.Window, resumeAt: PeerFrame.Window / 2);
        _activity = new StreamActivity(terms.Limits, terms.Time);
    }

    public StreamId Id { get; }

    /// <summary>To the other node.</summary>
    public long BytesSent => _send.BytesSent;

    /// <summary>From the other node, as far as the local side has taken them.</summary>
    public long BytesReceived => _receive.BytesDelivered;

    public long HeldBytes => _receive.HeldBytes;

    /// <summary>At the origin: null once the other node has accepted, else why it has not.</summary>
    public Task<TunnelEnd?> Answered => _answer.Task;

    /// <summary>Completes once it is decided that it ends; it can end before it runs.</summary>
    public Task Over => _decision.Task;

    /// <summary>At the origin: asks for it. It must be known to the link already, because the answer may come at once.</summary>
    public void Request(in ControlMessage request) => _send.Open(request with { StreamId = Id, Credits = _grants.Open() });

    /// <summary>
    /// At the destination, before anything else: a hub is being looked for. To nodes of the original a grant promises nothing, and
    /// before it they send without a bound: they get theirs now.
    /// </summary>
    public void Welcome()
    {
        _isDestination = true;
        if (!_isExtended) _send.Grant(_grants.Open());
    }

    /// <summary>At the destination: says that a hub has it, behind the local side.</summary>
    public void Accept(ICarriedStream hub)
    {
        _hub = hub;
        _answer.TrySetResult(null);
        _send.OpenSilently();
        if (_isExtended) _send.Grant(_grants.Open());
    }

    /// <summary>Carries bytes both ways until the tunnel has ended, and leaves nothing behind. The local side stays its owner's.</summary>
    /// <param name="accepting">Tells the local side that it was taken; nothing is delivered before.</param>
    /// <param name="localGone">Fires when the local side is lost without having been read or written.</param>
    public async Task<TunnelEnd> RunAsync(Task accepting, CancellationToken localGone)
    {
        using var stop = new CancellationTokenSource();
        using var gone = localGone.UnsafeRegister(static state => ((Tunnel)state!).OnLocalLost(), this);
        var sending = SendAsync(stop.Token);
        var delivering = DeliverAsync(accepting, stop.Token);
        var end = await _decision.Task;

        _tail?.Dispose();
        _link.Forget(this);
        if (end != TunnelEnd.Completed) _local.Abort();
        _send.Finish(end.ToReason().ToText()); // nothing when the other node has closed it
        await stop.CancelAsync();
        await Task.WhenAll(sending, delivering);
        return end;
    }

    /// <summary>Instead of <see cref="RunAsync"/>: it is not wanted any more, and the other node is told.</summary>
    public void Abandon(TunnelEnd end)
    {
        _link.Forget(this);
        _send.Finish(end.ToReason().ToText());
        _receive.Abort();
    }

    /// <summary>The first decision counts.</summary>
    public void Decide(TunnelEnd end)
    {
        _answer.TrySetResult(end);
        _decision.TrySetResult(end);
    }

    public void OnData(ReadOnlySpan<byte> payload)
    {
        _answer.TrySetResult(null);
        _hasAnswer |= !payload.IsEmpty;
        var result = _receive.Deliver(payload);
        if (result == DeliverResult.Overflow) Decide(TunnelEnd.CreditOverrun);
        else if (result == DeliverResult.Accepted && !_peerClosed) _grants.Queued();
    }

    public void OnControl(in ControlMessage message)
    {
        switch (message.Event)
        {
            case ControlEvent.Disconnect:
                OnClosed(PeerCloseReasonText.Find(message.Reason));
                break;
            case ControlEvent.HalfClose:
                _hasAnswer = _peerHalfClosed = true;
                _receive.Complete();
                break;
            case ControlEvent.PauseStream:
                _isPaused = true;
                _send.PauseSending();
                break;
            case ControlEvent.ResumeStream when message.Credits > 0:
                _answer.TrySetResult(null);
                _send.AddCredits(message.Credits);
                break;
            case ControlEvent.ResumeStream:
                _isPaused = false;
                _send.ResumeSending();
                break;
        }
    }

    /// <summary>Once per second.</summary>
    public void OnTick()
    {
        var state = new StreamState(
            BytesSent + BytesReceived, _receive.IsBusy, _isPaused || _send.IsWaitingForCredit, _localEnded || _receive.IsDrained, (_peerClosed || _peerHalfClosed) && !_receive.IsDrained);
        if (_activity.Observe(state) is { } still) Decide(still.ToEnd());
        else if (_receive.IsOverBudget) Decide(TunnelEnd.MemoryLimit);
    }

    /// <summary>The other node has closed it: what it sent before is still delivered. One of the original gives no reason, and means any.</summary>
    private void OnClosed(PeerCloseReason? reason)
    {
        _peerClosed = true;
        var isOpening = _isDestination && _hub is null;
        if (!isOpening) _link.Forget(this); // else the opening's end does
        _send.Cancel();
        if (!_isDestination && _answer.TrySetResult(TunnelEnds.ToRefusal(reason)))
        {
            Decide(TunnelEnds.ToRefusal(reason)); // before it was accepted
            return;
        }

        switch (reason)
        {
            case null or PeerCloseReason.Orderly when !isOpening || _hasAnswer:
                End();
                break;
            case PeerCloseReason.DialFailed when !_hasAnswer:
                Decide(TunnelEnd.DialFailed);
                break;
            default:
                Decide(TunnelEnd.PeerReset);
                break;
        }
    }

    /// <summary>Nothing more comes: what did is still delivered. The link does not look after it any more, so it does itself.</summary>
    private void End()
    {
        _receive.Complete();
        Note(Closed);
        if (_decision.Task.IsCompleted || _tail is not null) return;
        _tail = _time.CreateTimer(static state => ((Tunnel)state!).OnTailTick(), this, s_tick, s_tick);
    }

    private void OnTailTick()
    {
        if (_decision.Task.IsCompleted) _tail?.Dispose();
        else OnTick();
    }

    /// <summary>After everything was delivered the local side's leaving is no loss.</summary>
    private void OnLocalLost() => Decide(_peerClosed && _receive.IsDrained ? TunnelEnd.Completed : TunnelEnd.LocalReset);

    private void Note(int step)
    {
        if ((Interlocked.Or(ref _steps, step) | step) == (Delivered | Closed)) Decide(TunnelEnd.Completed);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        switch (await _send.RunAsync(cancellationToken))
        {
            case SendLaneEnd.SourceEnded:
                _localEnded = true; // the answer still flows
                if (_isDestination && !_isExtended)
                {
                    EndForOriginal();
                    break;
                }

                _send.HalfClose();
                if (_hub is not null) await EndWithAsync(_hub, cancellationToken);
                break;
            case SendLaneEnd.SourceReset:
                Decide(_hub?.EndReason == DisconnectReason.DialFailed ? TunnelEnd.DialFailed : TunnelEnd.LocalReset);
                break;
            case SendLaneEnd.SessionEnded:
                Decide(TunnelEnd.LinkLost);
                break;
        }
    }

    /// <summary>At the destination: a node of the original knows no end of one direction, and its user would wait for one. What the user has sent is still delivered.</summary>
    private void EndForOriginal()
    {
        _peerClosed = true;
        _link.Forget(this);
        _send.Finish(PeerCloseReason.Orderly.ToText());
        End();
    }

    /// <summary>At the destination: the hub ends the stream in both directions at once, and all of its bytes are on their way by then.</summary>
    private async Task EndWithAsync(ICarriedStream hub, CancellationToken cancellationToken)
    {
        var over = hub.WhenOverAsync();
        await ((Task)over).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (over.IsCompletedSuccessfully) Decide(await over == ChannelReadStatus.End ? TunnelEnd.Completed : TunnelEnd.LocalReset);
    }

    private async Task DeliverAsync(Task accepting, CancellationToken cancellationToken)
    {
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!accepting.IsCompletedSuccessfully) Decide(TunnelEnd.LocalReset);
        switch (await _receive.RunAsync(cancellationToken))
        {
            case ReceiveLaneEnd.Delivered:
                Note(Delivered);
                break;
            case ReceiveLaneEnd.SinkBroken:
                OnLocalLost();
                break;
        }
    }

    private void OnConsumed(int frames)
    {
        if (!_peerClosed) _grants.Consumed(frames);
    }
}
