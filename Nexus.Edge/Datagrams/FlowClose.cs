namespace Nexus.Edge.Datagrams;

/// <summary>Why a flow ended. Every flow has exactly one reason.</summary>
internal enum FlowClose
{
    /// <summary>Neither the user nor the backend sent anything for the idle time.</summary>
    Idle,

    /// <summary>The table, or the client's share of it, was full.</summary>
    Evicted,

    /// <summary>The backend ended it, or its session did.</summary>
    BackendEnded,

    /// <summary>The hub did not take it: no backend, or a limit.</summary>
    Refused,

    /// <summary>The call to the hub broke, or the hub stops.</summary>
    TargetLost,

    /// <summary>This edge stops.</summary>
    Stopping,
}
