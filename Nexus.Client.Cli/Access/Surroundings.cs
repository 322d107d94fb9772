namespace Nexus.Client.Cli.Access;

/// <summary>What the environment says, and where this program keeps its own.</summary>
internal static class Surroundings
{
    public const string Server = "NEXUS_SERVER";
    public const string Token = "NEXUS_TOKEN";
    public const string TokenFile = "NEXUS_TOKEN_FILE";
    public const string Authorities = "NEXUS_CA";
    public const string AcmeDirectory = "NEXUS_ACME_DIRECTORY";
    public const string AcmeAuthorities = "NEXUS_ACME_CA";

    /// <summary>The folder of what <c>nexus login</c> keeps.</summary>
    public static string ConfigurationFolder
    {
        get
        {
            if (Find("XDG_CONFIG_HOME") is { } configured && Path.IsPathRooted(configured)) return Path.Combine(configured, "nexus");
            return OperatingSystem.IsWindows()
                ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "nexus")
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config", "nexus");
        }
    }

    /// <summary>Null when it is not set, or blank.</summary>
    public static string? Find(string variable) => Environment.GetEnvironmentVariable(variable) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
}
