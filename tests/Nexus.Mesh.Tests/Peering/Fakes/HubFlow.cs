using System.Threading.Channels;
using Nexus.Contracts.Carriers;

namespace Nexus.Mesh.Tests.Peering.Fakes;

/// <summary>A UDP flow as the hub has it that took it.</summary>
internal sealed class HubFlow(OpenStream open, IFlowUser user, ulong number) : IReceivedFlow
{
    private readonly Channel<byte[]> _datagrams = Channel.CreateUnbounded<byte[]>();
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FlowShare _share;

    /// <summary>What was asked for.</summary>
    public OpenStream Open => open;

    /// <summary>Completes when the mesh has ended it.</summary>
    public Task Finished => _finished.Task;

    public bool IsEnded { get; private set; }

    public Task<byte[]> NextAsync() => _datagrams.Reader.ReadAsync(TestContext.Current.CancellationToken).BoundedAsync();

    public bool Reply(params byte[] datagram) => user.TrySend(number, ref _share, datagram);

    /// <summary>The backend has ended it.</summary>
    public void End(FlowEnd end = FlowEnd.BackendEnded)
    {
        IsEnded = true;
        user.End(number, end);
    }

    void IReceivedFlow.Send(ReadOnlySpan<byte> datagram) => _datagrams.Writer.TryWrite(datagram.ToArray());

    void IReceivedFlow.Finish()
    {
        IsEnded = true;
        _finished.TrySetResult();
    }
}
