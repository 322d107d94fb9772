using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;

namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// The sending half of one stream in a session: pulls bytes from its source when the <see cref="SessionWriter"/> gives it a
/// turn, so nothing is queued and a slow session slows its sources; carries the stream's control messages in the order
/// the protocol wants: opening, then grants and the like beside data, the finish last (spec/node.md §2.5).
/// </summary>
/// <remarks>All state is guarded by the writer's lock. One lane belongs to one stream and is never reused.</remarks>
public sealed class SendLane : IValueTaskSource<SendLaneTurn>
{
    private readonly SessionWriter _writer;
    private readonly IByteBudget? _budget;
    private readonly Action? _resume;
    private ManualResetValueTaskSourceCore<SendLaneTurn> _turn;
    private volatile bool _needsBudget;
    private int _paid; // taken from the budget and not used yet; only touched by who pulls

    /// <summary>A lane of <paramref name="writer"/>.</summary>
    /// <param name="writer">The session's writer.</param>
    /// <param name="streamId">The stream's id on the wire.</param>
    /// <param name="source">Where the bytes come from; stays its owner's.</param>
    /// <param name="credits">The sender's accounting; only touched under the writer's lock from here on.</param>
    /// <param name="budget">What every frame is paid from before it is read; null for no limit.</param>
    public SendLane(SessionWriter writer, StreamId streamId, IByteSource source, ISendCredits credits, IByteBudget? budget = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(credits);
        _writer = writer;
        StreamId = streamId;
        Source = source;
        Credits = credits;
        _budget = budget;
        if (budget is not null) _resume = OnBudget;
        Node = new(this);
    }

    /// <summary>The stream's id.</summary>
    public StreamId StreamId { get; }

    /// <summary>
    /// Whether one read of the source gives one whole message of the session's format (its first byte and stream id included,
    /// at most <see cref="DataFrame.MaxMessageSize"/> bytes) instead of a piece of a byte stream: datagrams keep their boundaries.
    /// </summary>
    public bool CarriesMessages { get; init; }

    /// <summary>Payload bytes put on the wire so far.</summary>
    public long BytesSent { get; internal set; }

    /// <summary>Data frames put on the wire so far.</summary>
    public long FramesSent { get; internal set; }

    /// <summary>Whether there are bytes to send but no credit for them. Read without the lock: a hint for stall timers.</summary>
    public bool IsWaitingForCredit => State == SendLaneState.NeedsCredit;

    /// <summary>Whether the first grant says that we understand `half_close`.</summary>
    public bool AnnouncesHalfClose { get; init; }

    internal IByteSource Source { get; }

    internal ISendCredits Credits { get; }

    internal SendLaneState State { get; set; } = SendLaneState.Idle;

    internal SendLaneControl Control { get; set; }

    /// <summary>Until it has left.</summary>
    internal StrongBox<ControlMessage>? Opening { get; set; }

    internal long PendingGrant { get; set; }

    internal string? FinishReason { get; set; }

    internal bool IsPaused { get; set; }

    internal int QuantumLeft { get; set; }

    internal bool HasTurn { get; set; }

    internal int CreditsTaken { get; set; }

    /// <summary>Between a refusal by the budget and its word that another try is worth while.</summary>
    internal bool NeedsBudget => _needsBudget;

    internal LinkedListNode<SendLane> Node { get; }

    /// <summary>Queues the message that makes the stream known to the other side. No data leaves before it.</summary>
    /// <param name="opening">`connect`, `outbound_connect` or a successful `outbound_result`; to a peer a `connect`, which is a `tunnel_request` there.</param>
    public void Open(in ControlMessage opening) => _writer.Open(this, opening);

    /// <summary>The stream is known to the other side already: data may leave.</summary>
    public void OpenSilently() => _writer.Open(this, opening: null);

    /// <summary>
    /// Moves bytes from the source to the session until the source ends, the lane is finished, or
    /// <paramref name="cancellationToken"/> fires. Call once. Does not finish the stream: that is the owner's decision.
    /// Only the token ends a wait for the source: the owner fires it when the stream or the session is over.
    /// </summary>
    public async Task<SendLaneEnd> RunAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static state => ((SendLane)state!).Cancel(), this);
        _turn.RunContinuationsAsynchronously = !Source.WaitsPromptly; // foreign sources must not run on the writer's loop
        try
        {
            while (true)
            {
                await Source.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
                var turn = await _writer.TakeTurnAsync(this).ConfigureAwait(false);
                switch (turn)
                {
                    case SendLaneTurn.Dry: continue;
                    case SendLaneTurn.SourceEnded: return SendLaneEnd.SourceEnded;
                    case SendLaneTurn.SourceReset: return SendLaneEnd.SourceReset;
                    case SendLaneTurn.SessionEnded: return SendLaneEnd.SessionEnded;
                    default: return SendLaneEnd.Cancelled;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return SendLaneEnd.Cancelled;
        }
        finally
        {
            ReturnPaid(); // nobody pulls any more
        }
    }

    /// <summary>Queues the return of <paramref name="frames"/> receive credits to the other side; sums coalesce, none is lost.</summary>
    public void Grant(long frames) => _writer.Grant(this, frames);

    /// <summary>Queues a `pong_client`.</summary>
    public void Pong() => _writer.Flag(this, SendLaneControl.Pong);

    /// <summary>Queues a `ping_client`.</summary>
    public void Ping() => _writer.Flag(this, SendLaneControl.Ping);

    /// <summary>Queues a `pause_stream` (asks the other side to stop sending) or takes back a queued resume.</summary>
    public void PausePeer() => _writer.Flag(this, SendLaneControl.PausePeer, SendLaneControl.ResumePeer);

    /// <summary>Queues a `resume_stream` without credits, or takes back a queued pause.</summary>
    public void ResumePeer() => _writer.Flag(this, SendLaneControl.ResumePeer, SendLaneControl.PausePeer);

    /// <summary>Queues a `half_close`: our source has ended (<see cref="SendLaneEnd.SourceEnded"/>), the other direction goes on.</summary>
    public void HalfClose() => _writer.Flag(this, SendLaneControl.HalfClose);

    /// <summary>The other side asked us to stop sending: no new turn starts until <see cref="ResumeSending"/>.</summary>
    public void PauseSending() => _writer.SetPaused(this, true);

    /// <summary>Takes <see cref="PauseSending"/> back.</summary>
    public void ResumeSending() => _writer.SetPaused(this, false);

    /// <summary>Credits from the other side, as on the wire; in the backend protocol they also lift a pause (spec/node.md §2.8).</summary>
    public void AddCredits(long credits) => _writer.AddCredits(this, credits);

    /// <summary>
    /// Queues a `disconnect` as the stream's last message, behind everything of it that is on its way; nothing more is
    /// taken from the source. Idempotent: the first call decides.
    /// </summary>
    /// <param name="reason">The `reason` field; null for none.</param>
    public void Finish(string? reason) => _writer.Finish(this, reason);

    /// <summary>Stops the lane without telling the other side (which ended the stream itself, or is gone).</summary>
    public void Cancel() => _writer.Cancel(this);

    /// <summary>Pays for one frame. Outside the writer's lock, like <see cref="Settle"/>.</summary>
    /// <param name="maxPayload">What the frame may hold; less if the budget gives less.</param>
    /// <returns>False: not now, and the budget will say when.</returns>
    internal bool TryPay(ref int maxPayload)
    {
        if (_budget is null || _resume is null) return true;
        if (_paid < DataLanes.MinRoom)
        {
            ReturnPaid(); // too little to make a frame of
            _needsBudget = true; // before asking: the answer to a refusal may come at once
            _paid = _budget.TryTake(DataFrame.HeaderSize + 1, int.MaxValue, _resume);
            if (_paid == 0) return false;
            _needsBudget = false;
        }

        maxPayload = Math.Min(maxPayload, _paid - DataFrame.HeaderSize);
        return true;
    }

    /// <summary>Says what was read for the payment. Less than asked for means that the source is dry: the rest goes back.</summary>
    internal void Settle(int maxPayload, int payload)
    {
        if (payload > 0 && _budget is not null) _paid -= DataFrame.HeaderSize + payload;
        if (payload < maxPayload) ReturnPaid();
    }

    private void ReturnPaid()
    {
        if (_paid > 0) _budget?.Return(_paid);
        _paid = 0;
    }

    private void OnBudget()
    {
        _needsBudget = false;
        _writer.Reconsider(this);
    }

    internal ValueTask<SendLaneTurn> BeginTurn()
    {
        _turn.Reset();
        return new(this, _turn.Version);
    }

    internal void EndTurn(SendLaneTurn result) => _turn.SetResult(result);

    SendLaneTurn IValueTaskSource<SendLaneTurn>.GetResult(short token) => _turn.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SendLaneTurn>.GetStatus(short token) => _turn.GetStatus(token);

    void IValueTaskSource<SendLaneTurn>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _turn.OnCompleted(continuation, state, token, flags);
}
