namespace Nexus.Client.Cli.Checking;

/// <summary>What a look has shown.</summary>
internal enum FindingKind
{
    /// <summary>It is as it should be.</summary>
    Ok,

    /// <summary>Worth knowing; nothing is broken by it.</summary>
    Note,

    /// <summary>Users do not get through because of it.</summary>
    Problem,
}
