using Grpc.Core;

namespace Nexus.Contracts.Carriers;

/// <summary>A call in which one frame arrives, when the test wants, and then the end.</summary>
internal sealed class OneFrame : IAsyncStreamReader<RelayFrame>
{
    private readonly TaskCompletionSource<bool> _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _moves;
    private int _taken;

    public int Moves => Volatile.Read(ref _moves);

    public int Taken => Volatile.Read(ref _taken);

    public RelayFrame Current
    {
        get
        {
            Interlocked.Increment(ref _taken);
            var frame = new RelayFrame();
            frame.SetData(new(new byte[8]));
            return frame;
        }
    }

    public void Arrive() => _arrival.SetResult(true);

    public Task<bool> MoveNext(CancellationToken cancellationToken) =>
        Interlocked.Increment(ref _moves) == 1 ? _arrival.Task : Task.FromException<bool>(new RpcException(Status.DefaultCancelled));
}
