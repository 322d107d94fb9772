namespace Nexus.Client;

/// <summary>How much a configuration error takes down when several backends are read from one file.</summary>
public enum NexusConfigurationErrorScope
{
    /// <summary>The file as a whole is refused.</summary>
    Process,

    /// <summary>Only the backend is left out (the file may be shared with programs that find this error later).</summary>
    Backend,

    /// <summary>Only one address of the backend is left out.</summary>
    Address,
}
