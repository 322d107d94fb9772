namespace StandIns.Grpc.Tests.Echo;

/// <summary>What the server saw.</summary>
internal sealed class EchoObservations
{
    public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
