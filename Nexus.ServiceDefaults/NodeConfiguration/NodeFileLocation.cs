namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>Where the node's file is looked for.</summary>
internal static class NodeFileLocation
{
    /// <summary>Names the file when the command line does not.</summary>
    public const string Variable = "NEXUS_CONFIG";

    private const string FileName = "config.yaml";

    /// <summary>Where it may lie when nothing names it, in this order: the first that is there is taken.</summary>
    public static IReadOnlyList<string> Usual { get; } =
        [Path.GetFullPath(FileName), Path.Combine(AppContext.BaseDirectory, FileName), "/etc/nexus/config.yaml"];
}
