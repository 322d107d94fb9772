using Nexus.Contracts.Carriers;
using Nexus.Protocol.Channels;

namespace Nexus.Mesh.Tests.Peering.Fakes;

/// <summary>A stream as the hub has it that took it; the test says when it ends.</summary>
internal sealed class HubStream(OpenStream open, IByteChannel user, CancellationToken gone) : ByteEnd(user), IReceivedStream
{
    private readonly TaskCompletionSource<StreamOutcome> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Reception> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was asked for.</summary>
    public OpenStream Open => open;

    /// <summary>Completes when the caller has left: cancelled while it was opened, or lost later.</summary>
    public Task Gone => _gone.Task;

    /// <summary>A write before the answer's headers would get stuck between them.</summary>
    private protected override Task Ready => _accepted.Task;

    public long BytesFromUser => 0;

    public long BytesToUser => 0;

    public HubStream Take()
    {
        _answer.SetResult(Reception.Taken(this));
        return this;
    }

    public void Refuse(Grpc.Core.StatusCode code) => _answer.SetResult(Reception.Refused(code, "refused_by_test"));

    /// <summary>The backend has ended it, in order: everything was written before.</summary>
    public void End(string word = "backend_ended") => _end.TrySetResult(new(word, IsOrderly: true));

    /// <summary>The backend broke it.</summary>
    public void Break(string word = "backend_reset", bool isDialFailed = false)
    {
        Reset();
        _end.TrySetResult(new(word, IsOrderly: false, IsDialFailed: isDialFailed));
    }

    public async ValueTask<Reception> AnswerAsync()
    {
        try
        {
            return await _answer.Task.WaitAsync(gone);
        }
        catch (OperationCanceledException)
        {
            _gone.TrySetResult();
            throw;
        }
    }

    public async Task<StreamOutcome> RunAsync(Task accepting, CancellationToken userGone)
    {
        await accepting;
        _accepted.TrySetResult();
        using var left = userGone.UnsafeRegister(_ => _gone.TrySetResult(), null);
        await Task.WhenAny(_end.Task, _gone.Task);
        return _end.Task.IsCompleted ? await _end.Task : new("user_reset", IsOrderly: false, IsUserReset: true);
    }
}
