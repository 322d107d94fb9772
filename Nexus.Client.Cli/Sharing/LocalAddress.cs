using System.Globalization;
using Nexus.Client.Cli.Access;

namespace Nexus.Client.Cli.Sharing;

/// <summary>What is to be put on the internet, as people write it.</summary>
/// <param name="Target"><c>host:port</c>.</param>
/// <param name="EndsTls">Whether it ends TLS itself.</param>
internal sealed record LocalAddress(string Target, bool EndsTls)
{
    /// <summary>Takes <c>3000</c>, <c>:3000</c>, <c>host:port</c>, <c>[v6]:port</c>, and addresses with http, https or tcp, without a path.</summary>
    /// <exception cref="CommandException">It is none of these.</exception>
    public static LocalAddress Parse(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Contains("://", StringComparison.Ordinal)) return ParseUri(trimmed);
        if (IsPort(trimmed.TrimStart(':'))) return new($"localhost:{trimmed.TrimStart(':')}", EndsTls: false);
        var colon = trimmed.LastIndexOf(':');
        var isHostAndPort = colon > 0 && IsPort(trimmed[(colon + 1)..]) && Uri.CheckHostName(trimmed[..colon]) != UriHostNameType.Unknown;
        return isHostAndPort ? new(trimmed, EndsTls: false) : throw Strange(text);
    }

    private static LocalAddress ParseUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.Port <= 0 || uri.UserInfo.Length > 0 || uri.Scheme is not ("http" or "https" or "tcp"))
        {
            throw Strange(text);
        }

        return uri.PathAndQuery is "/" or "" && uri.Fragment.Length == 0 ? new($"{uri.Host}:{uri.Port}", uri.Scheme == Uri.UriSchemeHttps)
            : throw new CommandException($"\"{text}\" has a path: the bytes pass as they are, so all paths of the service are public, each under its own name. Leave it out.");
    }

    private static CommandException Strange(string text) => new($"\"{text}\" is no local address: write a port (3000), host:port, or an address like http://192.168.1.10:8080.");

    private static bool IsPort(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue;
}
