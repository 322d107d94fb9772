using System.Net;
using Nexus.ServiceDefaults;

namespace Nexus.Identities;

/// <summary>
/// Calls between services without TLS stay on the host: over loopback, or a Unix socket. "localhost" counts as loopback; any other name does
/// not, since nobody knows here what it stands for there.
/// </summary>
internal static class InternalAddresses
{
    /// <summary>Whether an address of another service may be called.</summary>
    public static bool IsAllowed(Uri address) => address.Scheme == Uri.UriSchemeHttps || IsLoopback(address.Host);

    /// <summary>Whether an endpoint, as Kestrel's configuration has it, may be listened on.</summary>
    public static bool IsAllowedEndpoint(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address.Scheme == Uri.UriSchemeHttps || address.IsUnixPipe || IsLoopback(address.Host);
        }
        catch (FormatException)
        {
            return false; // the only way BindingAddress has to say "not an address"
        }
    }

    /// <summary>Whether anything here speaks TLS, so that an identity is needed.</summary>
    public static bool NeedIdentity(IConfiguration configuration) =>
        configuration.GetSection(IdentityOptions.SectionName).GetChildren().Any(setting => setting.Value is { Length: > 0 } && setting.Key is nameof(IdentityOptions.JoinToken) or nameof(IdentityOptions.JoinTokenFile))
        || IsSecure(InternalEndpoints.GrpcUrl(configuration)) || Configured(configuration).Any(address => IsSecure(address.Value));

    /// <summary>The configured addresses of other services: key and address.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Configured(IConfiguration configuration) =>
        from service in configuration.GetSection("services").GetChildren()
        from replica in service.GetSection("grpc").GetChildren()
        where replica.Value is { Length: > 0 }
        select KeyValuePair.Create(replica.Path, replica.Value);

    private static bool IsSecure(string? url) => url is not null && url.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    private static bool IsLoopback(string host)
    {
        var bare = host is ['[', .. var inner, ']'] ? inner : host;
        return bare.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(bare, out var ip) && IPAddress.IsLoopback(ip));
    }
}
