using Grpc.Net.Client;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// One address. Its streams are spread over several HTTP/2 connections: one that fills its TCP connection, or loses a packet, holds up only
/// those beside it.
/// </summary>
internal sealed class RelayTarget(Uri address, GrpcChannel channel, IReadOnlyList<HttpMessageInvoker> connections)
{
    private readonly int[] _open = new int[connections.Count];

    /// <summary>For calls that are no streams.</summary>
    public GrpcChannel Channel => channel;

    /// <summary>Streams on each connection.</summary>
    public IReadOnlyList<int> Open => _open;

    /// <summary>Starts a stream's call on the connection with the fewest.</summary>
    public RelayCall Start(CancellationToken stopped)
    {
        var connection = 0;
        for (var i = 1; i < _open.Length; i++)
        {
            if (Volatile.Read(ref _open[i]) < Volatile.Read(ref _open[connection])) connection = i;
        }

        Interlocked.Increment(ref _open[connection]);
        return RelayCall.Start(connections[connection], address, () => Interlocked.Decrement(ref _open[connection]), stopped);
    }
}
