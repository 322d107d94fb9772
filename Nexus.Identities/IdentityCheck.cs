using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Identities;

/// <summary>Whether a certificate is an identity of this installation.</summary>
internal static class IdentityCheck
{
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1"; // RFC 5280 §4.2.1.12
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Why it is none, or one of another role; null when it is.</summary>
    /// <param name="leaf">What the other side has shown.</param>
    /// <param name="root">Of this installation; nothing else is trusted.</param>
    /// <param name="usage">What it is shown for.</param>
    /// <param name="now">When.</param>
    /// <param name="roles">Which roles are accepted; empty: any.</param>
    public static string? FindFault(X509Certificate2? leaf, X509Certificate2 root, string usage, DateTimeOffset now, IReadOnlyCollection<ServiceRole> roles)
    {
        if (leaf is null) return "It shows no certificate.";
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.RevocationMode = X509RevocationMode.NoCheck; // they live a day
        policy.VerificationTime = now.UtcDateTime;
        policy.VerificationTimeIgnored = false;
        policy.DisableCertificateDownloads = true;
        policy.ApplicationPolicy.Add(new Oid(usage));
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.Add(root);
        var isTrusted = chain.Build(leaf);
        foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        if (!isTrusted) return string.Join(" ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct().Take(3));
        if (ServiceRoles.Find(leaf) is not { } role) return "It names no role.";
        return roles.Count == 0 || roles.Contains(role) ? null : $"It is of a service of another kind ({role.ToWord()}).";
    }
}
