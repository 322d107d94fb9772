using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Hub.Authentication;

/// <summary>Accepts what the system trusts, and what the configured authorities have signed for the name asked for.</summary>
internal sealed class AuthorizerTrust(X509Certificate2Collection roots)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>What is wrong with the file; null when nothing is.</summary>
    public static string? FindProblem(string? file)
    {
        if (file is null) return null;
        try
        {
            return Load(file).Count > 0 ? null : "holds no PEM certificate.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return $"cannot be read: {e.Message}";
        }
    }

    public static AuthorizerTrust From(string? file) => new(file is null ? [] : Load(file));

    public bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || roots.Count == 0 || certificate is not X509Certificate2 leaf) return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(roots);
        own.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // private authorities rarely serve any
        foreach (var element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>()) own.ChainPolicy.ExtraStore.Add(element.Certificate);
        return own.Build(leaf);
    }

    private static X509Certificate2Collection Load(string file)
    {
        X509Certificate2Collection loaded = [];
        loaded.ImportFromPemFile(file);
        return loaded;
    }
}
