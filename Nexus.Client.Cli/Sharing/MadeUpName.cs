using System.Security.Cryptography;
using System.Text;
using Nexus.Client.Cli.Access;

namespace Nexus.Client.Cli.Sharing;

/// <summary>
/// A name for a service whose user gave none. The same service of the same installation has the same name every time: its users keep their
/// link, and the authority its patience, for each new name costs it a certificate.
/// </summary>
internal static class MadeUpName
{
    private const string Letters = "abcdefghijkmnpqrstuvwxyz23456789"; // none that looks like another
    private const int Length = 10; // 50 bits: nobody guesses it, and no two installations meet

    public static string Of(string domain, string installation, LocalAddress target)
    {
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(installation), Encoding.UTF8.GetBytes(target.ToString()));
        return $"{string.Concat(hash.Take(Length).Select(value => Letters[value % Letters.Length]))}.{domain}";
    }

    /// <exception cref="CommandException">Nobody has said under which domain.</exception>
    public static string Of(HubAccess access, LocalAddress target) => access.Domain is { } domain ? Of(domain, access.Installation, target)
        : throw new CommandException("Under which name? Say --host app.example.com, or run \"nexus login\" with --domain once, for names that are made up.");
}
