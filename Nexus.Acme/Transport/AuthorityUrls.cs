using System.Net;
using Nexus.Acme.Problems;

namespace Nexus.Acme.Transport;

/// <summary>
/// Which addresses of an authority's answers are used: those with the directory's scheme, on the directory's host and port or another
/// public name. An authority so cannot send this client to the machine's own or the neighbours' services, nor down to plain HTTP.
/// </summary>
internal sealed class AuthorityUrls(Uri directory)
{
    private const int MaxLength = 2_048;

    /// <summary>The address, checked; <paramref name="what"/> names it in the error.</summary>
    /// <exception cref="AcmeException">It is none, or not one that is used.</exception>
    public Uri Check(string? text, string what)
    {
        if (text is null || text.Length > MaxLength || !Uri.TryCreate(text, UriKind.Absolute, out var url)) throw new AcmeException(AcmeErrorKind.BadAnswer, $"Not an address: {what}");
        if (!IsUsable(url)) throw new AcmeException(AcmeErrorKind.RefusedAddress, $"The address of {what} is {Shown(url)}, the directory's is {Shown(directory)}");
        return url;
    }

    /// <summary>Null when it is missing.</summary>
    /// <exception cref="AcmeException">It is there, but not one that is used.</exception>
    public Uri? CheckOptional(string? text, string what) => text is null ? null : Check(text, what);

    /// <summary>Null when the directory's address may be used, else the reason.</summary>
    public static string? WhyNotDirectory(Uri url, bool allowHttpOnLoopback)
    {
        if (!url.IsAbsoluteUri || url.OriginalString.Length > MaxLength || url.UserInfo.Length > 0 || url.Fragment.Length > 0) return "The directory's address must be absolute, without user name and fragment.";
        if (url.Scheme == Uri.UriSchemeHttps) return null;
        if (url.Scheme != Uri.UriSchemeHttp || !url.IsLoopback) return "The directory's address must begin with https.";
        return allowHttpOnLoopback ? null : "The directory's address must begin with https (http on loopback is for tests only and must be allowed).";
    }

    /// <summary>Whether an address is one of this authority's.</summary>
    public bool IsUsable(Uri url) =>
        url.Scheme == directory.Scheme && url.UserInfo.Length == 0 && url.Fragment.Length == 0
        && (string.Equals(url.Authority, directory.Authority, StringComparison.OrdinalIgnoreCase) || (directory.Scheme == Uri.UriSchemeHttps && IsPublicName(url)));

    private static bool IsPublicName(Uri url) => url.HostNameType == UriHostNameType.Dns && !url.IsLoopback && !IPAddress.TryParse(url.IdnHost, out _)
        && url.IdnHost.Contains('.') && !url.IdnHost.EndsWith('.') && !url.IdnHost.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) && url.Port == 443;

    private static string Shown(Uri url) => url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
}
