using System.Threading.Channels;

namespace Nexus.Client;

/// <summary>
/// The local side of one UDP flow that a connect handler serves (<see cref="NexusConnectResult.FromDatagrams"/>). Disposed when the
/// flow has ended.
/// </summary>
public interface INexusDatagramChannel : IAsyncDisposable
{
    /// <summary>
    /// The datagrams for the user, 0 to 32 768 bytes each; larger ones are dropped. Its completion ends the flow. Its memory is
    /// used until the next datagram is read.
    /// </summary>
    ChannelReader<ReadOnlyMemory<byte>> Reader { get; }

    /// <summary>
    /// One datagram of the user, possibly empty. Called on the session's receiver: it must not wait, and the memory is valid
    /// during the call only.
    /// </summary>
    /// <returns>False when it was dropped, which is counted and has no other effect.</returns>
    bool TrySend(ReadOnlySpan<byte> datagram);
}
