using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Identities;

/// <summary>A process's certificate with its key, and the root that the others' lead to.</summary>
internal sealed class Identity
{
    private Identity(X509Certificate2 leaf, X509Certificate2 root, ServiceRole role) => (Leaf, Root, Role) = (leaf, root, role);

    /// <summary>With its private key.</summary>
    public X509Certificate2 Leaf { get; }

    public X509Certificate2 Root { get; }

    public ServiceRole Role { get; }

    public DateTimeOffset NotBefore => Leaf.NotBefore;

    public DateTimeOffset NotAfter => Leaf.NotAfter;

    /// <exception cref="CryptographicException">They are not a pair, or not below the root, or without a role.</exception>
    public static Identity Of(X509Certificate2 certificate, ECDsa key, X509Certificate2 root)
    {
        X509Certificate2 leaf;
        try
        {
            leaf = certificate.CopyWithPrivateKey(key);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new CryptographicException("The certificate is not of our key.", e);
        }

        return Of(leaf, root);
    }

    /// <summary>Reads what <see cref="ToPem"/> wrote.</summary>
    /// <exception cref="CryptographicException">It is not that.</exception>
    public static Identity FromPem(string pem)
    {
        try
        {
            X509Certificate2Collection all = [];
            all.ImportFromPem(pem);
            if (all.Count != 2) throw new CryptographicException("There are not two certificates.");
            return Of(X509Certificate2.CreateFromPem(pem, pem), all[1]);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("The key does not belong to the certificate.", e);
        }
    }

    /// <summary>Leaf, root, and the private key: for its owner's eyes only.</summary>
    public string ToPem()
    {
        using var key = Leaf.GetECDsaPrivateKey() ?? throw new CryptographicException("The identity has no ECDSA key.");
        return $"{Leaf.ExportCertificatePem()}\n{Root.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    /// <summary>No secret in it.</summary>
    public override string ToString() => $"{Role} until {NotAfter:u}";

    private static Identity Of(X509Certificate2 leaf, X509Certificate2 root)
    {
        if (ServiceRoles.Find(leaf) is { } role) return new(leaf, root, role);
        throw new CryptographicException("The certificate names no role.");
    }
}
