using System.Threading.Channels;
using Grpc.Core;
using Nexus.Contracts.Carriers;

namespace Nexus.Mesh.Tests.Peering.Fakes;

/// <summary>An edge's UDP users: the call that carries their flows to the mesh.</summary>
internal sealed class EdgeFlows(LinkedMesh mesh, GrpcCarrier carrier) : FlowCalls<string>(carrier), IAsyncDisposable
{
    private readonly GrpcCarrier _carrier = carrier;

    public static EdgeFlows Of(LinkedMesh mesh) => new(mesh, new GrpcCarrier(new GrpcCarrierOptions(), TimeProvider.System));

    public EdgeFlow Open(int port, string user = "192.0.2.7:5353")
    {
        var flow = new EdgeFlow();
        var open = new OpenStream { ClientAddress = user, LocalPort = port, ClaimedPort = port, Transport = Protocol.Backend.StreamTransport.Udp };
        flow.Called = TryOpen(mesh.GrpcAddress, flow, open) ?? throw new InvalidOperationException("The call takes no flow.");
        return flow;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().BoundedAsync();
        Dispose();
        _carrier.Dispose();
    }

    protected override string AddressOf(string target) => target;

    protected override bool MayCall(string target) => true;

    protected override void OnCalling(string target)
    {
    }

    protected override void OnOver(string target, Status status, bool isStopping)
    {
    }

    /// <summary>One user.</summary>
    internal sealed class EdgeFlow : IFlowReplies
    {
        private readonly Channel<byte[]> _replies = Channel.CreateUnbounded<byte[]>();
        private readonly TaskCompletionSource<FlowEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CalledFlow? Called { private get; set; }

        /// <summary>How the mesh has ended it.</summary>
        public Task<FlowEnd> Ended => _ended.Task.BoundedAsync();

        public bool IsEnded => _ended.Task.IsCompleted;

        public bool TrySend(params byte[] datagram) => Called?.TrySend(datagram) == true;

        public void Send(params byte[] datagram) => Assert.True(TrySend(datagram));

        public void End(FlowEnd end = FlowEnd.Idle) => Called?.End(end);

        public Task<byte[]> NextAsync() => _replies.Reader.ReadAsync(TestContext.Current.CancellationToken).BoundedAsync();

        void IFlowReplies.OnReply(ReadOnlySpan<byte> datagram) => _replies.Writer.TryWrite(datagram.ToArray());

        void IFlowReplies.OnEnd(FlowEnd end) => _ended.TrySetResult(end);
    }
}
