namespace Nexus.Contracts.Carriers;

/// <summary>A side of a relay.</summary>
public enum RelaySide
{
    /// <summary>Neither side; the relay itself.</summary>
    None,

    /// <summary>The channel given first.</summary>
    First,

    /// <summary>The channel given second.</summary>
    Second,
}
