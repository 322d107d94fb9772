namespace Nexus.Contracts.Carriers;

/// <summary>
/// How much of the batch that is being filled belongs to one flow. Kept by the flow's owner, changed by the
/// <see cref="DatagramOutbox"/> only. Its default is the share of a flow that has sent nothing.
/// </summary>
public struct FlowShare
{
    internal int Batch { get; set; }

    internal int Bytes { get; set; }
}
