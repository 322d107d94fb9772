namespace Nexus.Client.Streams;

/// <summary>
/// Sends one frame on credit when data has waited for 10 s without any grant: should a grant have been lost, the frame
/// makes the hub answer. Once per stall; only a grant ends a stall.
/// </summary>
internal sealed class StallProbe(TimeProvider time)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private long? _waitingSince;
    private bool _probed;

    /// <summary>The hub granted something.</summary>
    public void Granted()
    {
        lock (_lock) (_waitingSince, _probed) = (null, false);
    }

    /// <summary>Looked at once per second. True when the one frame is due.</summary>
    public bool IsDue(bool isWaitingForCredit)
    {
        lock (_lock)
        {
            if (!isWaitingForCredit)
            {
                _waitingSince = null;
                return false;
            }

            _waitingSince ??= time.GetTimestamp();
            if (_probed || time.GetElapsedTime(_waitingSince.Value) < s_patience) return false;
            return _probed = true;
        }
    }
}
