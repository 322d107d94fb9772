using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Redis;

/// <summary>Trusts a server whose certificate is for its name and comes from the authorities in a PEM file. The file is read for each connection.</summary>
internal sealed class ServerTrust(string authorityFile)
{
    public bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None) return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.ImportFromPemFile(authorityFile);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in chain?.ChainElements.Skip(1) ?? []) own.ChainPolicy.ExtraStore.Add(element.Certificate);
        using var server = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return own.Build(server);
    }
}
