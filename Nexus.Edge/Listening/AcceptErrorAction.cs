namespace Nexus.Edge.Listening;

/// <summary>What to do after accept failed.</summary>
internal enum AcceptErrorAction
{
    /// <summary>It concerns the connection that was not accepted; go on.</summary>
    Ignore,

    /// <summary>The host is short of something; try again a little later, or the loop spins.</summary>
    BackOff,

    /// <summary>The listener is unusable.</summary>
    Fatal,
}
