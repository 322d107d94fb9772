using System.Security.Cryptography.X509Certificates;
using Nexus.ServiceDefaults;

namespace Nexus.Identities;

/// <summary>Roles as they stand in certificates: a DNS name below a suffix that belongs to nobody (ICANN reserves .internal for private use).</summary>
internal static class ServiceRoles
{
    private const string Suffix = ".nexus.internal";

    /// <summary>"hub" and so on.</summary>
    public static string ToWord(this ServiceRole role) => EnumWord.Of(role);

    /// <summary>The name in the certificate, which is also asked for as SNI.</summary>
    public static string ToDnsName(this ServiceRole role) => role.ToWord() + Suffix;

    public static bool TryParse(string? word, out ServiceRole role)
    {
        foreach (var known in Enum.GetValues<ServiceRole>())
        {
            role = known;
            if (known.ToWord() == word) return true;
        }

        role = default;
        return false;
    }

    /// <summary>The role of a certificate; null unless it has exactly one.</summary>
    public static ServiceRole? Find(X509Certificate2 certificate)
    {
        ServiceRole? found = null;
        foreach (var name in CertificateChain.DnsNamesOf(certificate))
        {
            if (!name.EndsWith(Suffix, StringComparison.Ordinal)) continue;
            if (found is not null || !TryParse(name[..^Suffix.Length], out var role)) return null;
            found = role;
        }

        return found;
    }
}
