using Nexus.Contracts.Carriers;

namespace Nexus.Edge.Datagrams;

/// <summary>One user of a port. Its owner, the port, guards all but the link.</summary>
internal sealed class Flow : IFlowReplies
{
    public Flow(FlowKey key)
    {
        Key = key;
        Age = new(this);
        OfClient = new(this);
    }

    /// <summary>Where the user is.</summary>
    public DatagramPort? Port { get; init; }

    public FlowKey Key { get; }

    /// <summary>Which of our addresses the user reached last: replies leave from it.</summary>
    public FlowAddress Local { get; set; }

    /// <summary>Where its backend is.</summary>
    public CalledFlow? Link { get; set; }

    /// <summary>Timestamp of the last datagram that kept it alive.</summary>
    public long LastActive { get; set; }

    /// <summary>Timestamp of the user's last datagram.</summary>
    public long LastFromUser { get; set; }

    public bool HasReply { get; set; }

    /// <summary>The user has sent something after a reply: the address is no invention.</summary>
    public bool IsConfirmed { get; set; }

    public bool IsRemoved { get; set; }

    /// <summary>Its place among all of the port.</summary>
    public LinkedListNode<Flow> Age { get; }

    /// <summary>Its place among those of one client.</summary>
    public LinkedListNode<Flow> OfClient { get; }

    void IFlowReplies.OnReply(ReadOnlySpan<byte> datagram) => Port?.OnReply(this, datagram);

    void IFlowReplies.OnEnd(FlowEnd end) => Port?.OnEnd(this, FlowCloses.Of(end));
}
