namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>A socket that was offered to a target, until the target has answered.</summary>
/// <param name="stream">What it becomes when it is accepted.</param>
/// <param name="whenAnswered">Called once: the next may be offered.</param>
internal sealed class HandOverOffer(IHandedOver stream, Action whenAnswered)
{
    private readonly TaskCompletionSource<HandOverAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IHandedOver Stream => stream;

    public Task<HandOverAnswer> Answer => _answer.Task;

    public void Accept() => Settle(HandOverAnswer.Accepted);

    public void Refuse(HandOverAnswer answer)
    {
        stream.Lose(isTargetSilent: false);
        Settle(answer);
    }

    private void Settle(HandOverAnswer answer)
    {
        whenAnswered();
        _answer.TrySetResult(answer);
    }
}
