using Nexus.Contracts.Carriers;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Hub.Sessions;

/// <summary>
/// One user's UDP flow inside a session (spec/node.md §4). It has no task and no buffer: datagrams go from the one side's reader
/// straight into the other side's queue, or are dropped.
/// </summary>
internal sealed class UserFlow(BackendSession session, StreamId id, DatagramQueue backend, IFlowUser user, ulong number, DatagramMetrics metrics) : IReceivedFlow
{
    private const int Opening = 0;
    private const int Open = 1;
    private const int Ended = 2;

    private readonly DatagramStream _stream = new(id);
    private FlowShare _share;
    private ReplenishCounter _consumed;
    private int _state;

    public StreamId Id => _stream.StreamId;

    public bool IsEnded => Volatile.Read(ref _state) == Ended;

    /// <summary>Queues `connect`; false when there is no room for it or the flow has ended meanwhile, of which the user is not told.</summary>
    public bool TryOpen(in ControlMessage connect)
    {
        if (!backend.TryOpen(_stream, connect with { StreamId = Id })) return false;
        metrics.FlowBegan();
        if (Interlocked.CompareExchange(ref _state, Open, Opening) == Opening) return true;
        metrics.FlowEnded();
        return false;
    }

    /// <summary>
    /// A datagram of the user; dropped over the hub's bandwidth, or without room. No credits: clients never
    /// return them for UDP (spec/node.md §2.7).
    /// </summary>
    public void Send(ReadOnlySpan<byte> datagram) => metrics.Passed(DatagramDirection.ToBackend, TrySend(datagram));

    /// <summary>
    /// A datagram of the backend, from the session's receiver; one that is dropped is consumed all the same.
    /// One that finds no room is not refunded: it has crossed the backend's link (spec/node.md §7).
    /// </summary>
    public void OnData(ReadOnlySpan<byte> datagram)
    {
        var isSent = session.Bandwidth?.TryCharge(datagram.Length) != false && user.TrySend(number, ref _share, datagram);
        metrics.Passed(DatagramDirection.ToUser, isSent);
        _consumed.Consume();
        if (_consumed.TryTake(out var credits)) backend.Grant(_stream, credits);
    }

    /// <summary>The user's side ended it: the backend is told.</summary>
    public void Finish()
    {
        if (Interlocked.Exchange(ref _state, Ended) == Open) metrics.FlowEnded();
        backend.Finish(_stream);
        session.ReleaseFlow(this);
    }

    /// <summary>The backend or its session ended it: the user's side is told.</summary>
    public void End(FlowEnd end)
    {
        var before = Interlocked.Exchange(ref _state, Ended);
        backend.Cancel(_stream);
        session.ReleaseFlow(this);
        if (before != Open) return;
        metrics.FlowEnded();
        user.End(number, end);
    }

    private bool TrySend(ReadOnlySpan<byte> datagram)
    {
        if (session.Bandwidth?.TryCharge(datagram.Length) == false) return false;
        if (backend.TrySend(_stream, datagram)) return true;
        session.Bandwidth?.Refund(datagram.Length);
        return false;
    }
}
