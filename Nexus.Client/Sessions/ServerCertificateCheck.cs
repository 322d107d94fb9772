using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Client.Sessions;

/// <summary>Verifies a hub's certificate against the system's authorities and against those given besides.</summary>
internal sealed class ServerCertificateCheck(X509Certificate2Collection? authorities)
{
    public bool Validate(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        // Only the chain may be mended by another root: never a wrong name or a missing certificate.
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || authorities is not { Count: > 0 } || certificate is not X509Certificate2 server) return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(authorities);
        // The hub's identity is the check's purpose; private authorities rarely publish revocation lists.
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.ApplicationPolicy.Add(new("1.3.6.1.5.5.7.3.1")); // serverAuth
        if (chain is not null) own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        return own.Build(server);
    }
}
