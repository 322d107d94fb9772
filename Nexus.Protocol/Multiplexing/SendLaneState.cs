namespace Nexus.Protocol.Multiplexing;

/// <summary>Where a lane stands with respect to the writer's ready queue.</summary>
internal enum SendLaneState
{
    /// <summary>No turn is pending: the lane waits for its source.</summary>
    Idle,

    /// <summary>A turn is pending, but the opening message has not left yet.</summary>
    NeedsOpening,

    /// <summary>A turn is pending, but there is no credit.</summary>
    NeedsCredit,

    /// <summary>A turn is pending, but the other side has paused the stream.</summary>
    NeedsResume,

    /// <summary>A turn is pending, but the lane's budget is used up.</summary>
    NeedsBudget,

    /// <summary>In the ready queue.</summary>
    Ready,

    /// <summary>The writer is pulling from it, outside the lock.</summary>
    Pulling,

    /// <summary>Finished or cancelled: nothing more is pulled.</summary>
    Closed,
}
