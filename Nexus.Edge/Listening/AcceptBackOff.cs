namespace Nexus.Edge.Listening;

/// <summary>The pause of an accept loop while the host is short of sockets.</summary>
internal sealed class AcceptBackOff(TimeProvider time)
{
    /// <summary>Long enough not to spin, short enough that users hardly notice once sockets are free again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public bool IsFirst { get; private set; } = true;

    public void Reset() => IsFirst = true;

    /// <summary>False when the wait was cancelled.</summary>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        IsFirst = false;
        try
        {
            await Task.Delay(Pause, time, cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
