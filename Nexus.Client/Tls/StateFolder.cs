namespace Nexus.Client.Tls;

/// <summary>Where state is kept when the options do not say.</summary>
internal static class StateFolder
{
    private const string Name = "nexus";

    public static string Of(NexusTlsOptions options) => Path.GetFullPath(string.IsNullOrWhiteSpace(options.StateDirectory) ? Default : options.StateDirectory.Trim());

    private static string Default => OperatingSystem.IsWindows()
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), Name)
        : Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state && Path.IsPathRooted(state)
            ? Path.Combine(state, Name)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state", Name);
}
