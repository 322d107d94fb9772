using Nexus.Protocol.Multiplexing;

namespace Nexus.Hub.Sessions;

internal static class StreamEnds
{
    public static StreamEnd ToEnd(this StreamStandstill still) => still switch
    {
        StreamStandstill.HalfClosedIdle => StreamEnd.HalfClosedIdle,
        StreamStandstill.SinkStalled => StreamEnd.UserStalled,
        _ => StreamEnd.Idle,
    };

    /// <summary>Whether the end is nobody's failure: everything was delivered.</summary>
    public static bool IsOrderly(this StreamEnd end) => end is StreamEnd.BackendEnded or StreamEnd.TargetEnded;
}
