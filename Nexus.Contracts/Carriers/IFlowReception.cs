namespace Nexus.Contracts.Carriers;

/// <summary>What a service does with the UDP flows that it is given by callers of `Streams.Datagrams`.</summary>
public interface IFlowReception
{
    /// <summary>Fires when the service stops and has ended its flows: the calls end too, which it would wait for otherwise.</summary>
    CancellationToken Stopped { get; }

    /// <summary>Finds a place for a flow. Called on the call's reading loop: nothing here may wait.</summary>
    /// <param name="open">What the caller asks for: transport UDP, and a claimed port; null when it was no valid request for a flow.</param>
    /// <param name="user">The user's side. It may be used before this returns.</param>
    /// <param name="number">What the user's side calls the flow.</param>
    /// <returns>A flow, which the caller finishes; or null and why there is none, of which the user's side was not told.</returns>
    (IReceivedFlow? Flow, FlowEnd Refusal) Open(OpenStream? open, IFlowUser user, ulong number);
}
