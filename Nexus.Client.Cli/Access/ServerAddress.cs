using System.Diagnostics.CodeAnalysis;

namespace Nexus.Client.Cli.Access;

/// <summary>A hub's address as people write it.</summary>
internal static class ServerAddress
{
    private const string UsualPath = "/connect";

    /// <summary>Takes <c>hub.example.com</c>, <c>hub.example.com:8443</c>, and addresses with https, wss, http or ws; the path is <c>/connect</c> unless given.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Uri? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        var full = text.Trim();
        if (!full.Contains("://", StringComparison.Ordinal)) full = $"wss://{full}";
        problem = $"\"{text}\" is no address of a hub: write it like hub.example.com:8443 or wss://hub.example.com/connect.";
        if (!Uri.TryCreate(full, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0) return false;
        var scheme = uri.Scheme switch { "wss" or "https" => "wss", "ws" or "http" => "ws", _ => null };
        if (scheme is null) return false;
        var port = uri.IsDefaultPort || uri.Port < 0 ? "" : $":{uri.Port}";
        address = new($"{scheme}://{uri.Host}{port}{(uri.AbsolutePath == "/" ? UsualPath : uri.AbsolutePath)}");
        problem = null;
        return true;
    }
}
