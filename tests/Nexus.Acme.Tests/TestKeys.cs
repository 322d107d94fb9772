using System.Security.Cryptography;

namespace Nexus.Acme.Tests;

/// <summary>Keys of the kinds that existing accounts have, made once.</summary>
internal static class TestKeys
{
    private static readonly Lazy<string> s_rsa = new(() =>
    {
        using var key = RSA.Create(2_048);
        return key.ExportRSAPrivateKeyPem();
    });

    public static string Rsa => s_rsa.Value;

    public static string Find(string algorithm)
    {
        if (algorithm == "RS256") return Rsa;
        using var key = ECDsa.Create(algorithm switch
        {
            "ES256" => ECCurve.NamedCurves.nistP256,
            "ES384" => ECCurve.NamedCurves.nistP384,
            "ES512" => ECCurve.NamedCurves.nistP521,
            _ => throw new ArgumentException(algorithm, nameof(algorithm)),
        });
        return key.ExportECPrivateKeyPem();
    }
}
