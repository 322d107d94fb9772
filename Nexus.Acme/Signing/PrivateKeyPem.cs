using System.Security.Cryptography;

namespace Nexus.Acme.Signing;

/// <summary>Reads private keys from PEM text, whatever else is in it (an EC parameters block, a chain).</summary>
internal static class PrivateKeyPem
{
    private const int MaxLength = 64 * 1024;

    /// <exception cref="CryptographicException">There is none, or of another kind. The message holds nothing of the text.</exception>
    public static AsymmetricAlgorithm Read(string pem)
    {
        if (pem.Length > MaxLength) throw new CryptographicException("The PEM text is too long.");
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            switch (rest[fields.Label])
            {
                case "EC PRIVATE KEY": return Import(ECDsa.Create(), rest[fields.Location].ToString());
                case "RSA PRIVATE KEY": return Import(RSA.Create(), rest[fields.Location].ToString());
                case "PRIVATE KEY": return ImportEither(rest[fields.Location].ToString());
                default: rest = rest[fields.Location.End..]; break;
            }
        }

        throw new CryptographicException("No private key in the PEM text.");
    }

    private static AsymmetricAlgorithm ImportEither(string pem)
    {
        try
        {
            return Import(ECDsa.Create(), pem);
        }
        catch (CryptographicException)
        {
            return Import(RSA.Create(), pem);
        }
    }

    private static T Import<T>(T key, string pem) where T : AsymmetricAlgorithm
    {
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception ex) when (ex is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new CryptographicException("The private key cannot be read.");
        }
    }
}
