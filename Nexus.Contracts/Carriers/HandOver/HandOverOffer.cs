using Microsoft.Win32.SafeHandles;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>A socket that was offered to a target, until the target has answered.</summary>
internal sealed class HandOverOffer(SafeFileHandle connection)
{
    private readonly TaskCompletionSource<HandOverResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A second descriptor of the user's connection, which an accepted stream keeps.</summary>
    public SafeFileHandle Connection => connection;

    public Task<HandOverResult> Answer => _answer.Task;

    public void Accept(HandedOverStream stream) => _answer.TrySetResult(new(stream, OpenRefusal.None, ""));

    public void Refuse(HandOverResult result)
    {
        connection.Dispose();
        _answer.TrySetResult(result);
    }
}
