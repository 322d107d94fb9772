namespace Aspire.Hosting.Orchestration;

/// <summary>Variables that say how *this* process was launched; inherited, they would make every child listen on the AppHost's ports.</summary>
internal static class LaunchVariables
{
    private static readonly string[] s_prefixes = ["ASPNETCORE_", "Kestrel__"];

    private static readonly HashSet<string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        "DOTNET_ENVIRONMENT", "DOTNET_URLS", "DOTNET_HTTP_PORTS", "DOTNET_HTTPS_PORTS", "DOTNET_LAUNCH_PROFILE",
        "DOTNET_APPLICATIONNAME", "DOTNET_CONTENTROOT", "URLS", "HTTP_PORTS", "HTTPS_PORTS",
    };

    public static bool Contains(string name) =>
        s_names.Contains(name) || s_prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
