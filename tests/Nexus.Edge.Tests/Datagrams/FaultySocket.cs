using System.Net.Sockets;
using Nexus.Edge.Datagrams;

namespace Nexus.Edge.Tests.Datagrams;

/// <summary>A bound socket whose first receive meets a bug.</summary>
internal sealed class FaultySocket(Socket socket) : DatagramSocket(socket)
{
    private readonly TaskCompletionSource _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasFailed;

    /// <summary>Completes at the second receive.</summary>
    public Task Received => _received.Task;

    public override int Receive()
    {
        if (!_hasFailed)
        {
            _hasFailed = true;
            throw new InvalidOperationException("A bug of the test's.");
        }

        _received.TrySetResult();
        return 0;
    }

    public override bool Get(int index, out FlowKey remote, out FlowAddress local, out ReadOnlySpan<byte> datagram) =>
        throw new InvalidOperationException("Nothing was received.");

    public override bool TrySend(in FlowKey remote, FlowAddress local, ReadOnlySpan<byte> datagram) => false;
}
