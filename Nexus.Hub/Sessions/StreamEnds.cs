namespace Nexus.Hub.Sessions;

internal static class StreamEnds
{
    /// <summary>Whether the end is nobody's failure: everything was delivered.</summary>
    public static bool IsOrderly(this StreamEnd end) => end is StreamEnd.BackendEnded or StreamEnd.TargetEnded;
}
