using System.Security.Cryptography.X509Certificates;

namespace Nexus.Identities;

/// <summary>Whether a certificate is an identity of this installation.</summary>
internal static class IdentityCheck
{
    /// <summary>Why it is none, or one of another role; null when it is.</summary>
    /// <param name="leaf">What the other side has shown.</param>
    /// <param name="root">Of this installation; nothing else is trusted.</param>
    /// <param name="usage">What it is shown for.</param>
    /// <param name="now">When.</param>
    /// <param name="roles">Which roles are accepted; empty: any.</param>
    public static string? FindFault(X509Certificate2? leaf, X509Certificate2 root, string usage, DateTimeOffset now, IReadOnlyCollection<ServiceRole> roles)
    {
        if (leaf is null) return "It shows no certificate.";
        // They live a day: nothing is revoked.
        if (CertificateChain.FindFault(leaf, [], [root], usage, now) is { } fault) return fault;
        if (ServiceRoles.Find(leaf) is not { } role) return "It names no role.";
        return roles.Count == 0 || roles.Contains(role) ? null : $"It is of a service of another kind ({role.ToWord()}).";
    }
}
