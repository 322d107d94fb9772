namespace Nexus.Hub.Stun;

/// <summary>What became of a datagram at the STUN port. Every one has exactly one.</summary>
internal enum StunOutcome
{
    Answered,

    /// <summary>Not a Binding request: dropped.</summary>
    NotARequest,

    /// <summary>The sender asks too often: dropped.</summary>
    SourceLimit,

    /// <summary>All together ask too often: dropped.</summary>
    TotalLimit,

    /// <summary>The response could not be sent.</summary>
    SendFailed,
}
