using Microsoft.Win32.SafeHandles;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>
/// A user's connection that a target has taken. Its first owner keeps a descriptor that nothing reads, writes or watches: with it
/// the user of a target that has stopped can still be told so.
/// </summary>
public sealed class HandedOverStream : IHandedOver
{
    private readonly TaskCompletionSource<HandOverEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SafeFileHandle _connection;

    internal HandedOverStream(SafeFileHandle connection) => _connection = connection;

    /// <summary>Completes when the target has reported the end, or can report nothing more.</summary>
    public Task<HandOverEnd> Ended => _ended.Task;

    void IHandedOver.End(HandOverEnd end) => End(end);

    void IHandedOver.Lose(bool isTargetSilent)
    {
        if (isTargetSilent && OperatingSystem.IsLinux()) LinuxSockets.Reset(_connection);
        End(default);
    }

    bool IHandedOver.TryLeave()
    {
        End(default);
        return true;
    }

    private void End(HandOverEnd end)
    {
        _connection.Dispose();
        _ended.TrySetResult(end);
    }
}
