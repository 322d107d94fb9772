namespace Nexus.Hub.Authentication;

/// <summary>How a reading of the public keys ended. On everything but the first the keys stay as they were.</summary>
internal enum KeySetRefresh
{
    /// <summary>They are current.</summary>
    Read,

    /// <summary>File or address cannot be read, or does not answer in time.</summary>
    Unreachable,

    /// <summary>What is there is no key set, or too large.</summary>
    NoKeySet,
}
