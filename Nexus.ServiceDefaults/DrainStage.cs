namespace Nexus.ServiceDefaults;

/// <summary>The steps of an orderly stop, in this order. A step begins when the one before it is done.</summary>
public enum DrainStage
{
    /// <summary>Take nothing new: close listeners, refuse new sessions.</summary>
    StopAccepting,

    /// <summary>Tell others to go elsewhere: withdraw routes.</summary>
    Withdraw,

    /// <summary>Wait for what is open to end by itself.</summary>
    Finish,
}
