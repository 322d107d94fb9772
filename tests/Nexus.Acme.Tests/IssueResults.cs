using System.Security.Cryptography.X509Certificates;
using Nexus.Acme.Certificates;
using Nexus.Acme.Issuing;
using Nexus.Acme.Problems;
using Nexus.Acme.Renewal;

namespace Nexus.Acme.Tests;

/// <summary>Takes from a result what must be in it.</summary>
internal static class IssueResults
{
    public static IssuedCertificate Issued(this IssueResult result) => result.Certificate ?? throw new InvalidOperationException($"{result.Outcome}: {result.LastError}");

    public static AcmeException Failed(this IssueResult result) => result.Failure ?? throw new InvalidOperationException($"{result.Outcome}: {result.LastError}");

    /// <summary>How long until the next attempt.</summary>
    public static TimeSpan Wait(this IssueResult result, TimeProvider time) => (result.RetryAt ?? throw new InvalidOperationException($"{result.Outcome}: no time")) - time.GetUtcNow();

    public static CertificateId IdOf(X509Certificate2 certificate) => CertificateId.TryOf(certificate) ?? throw new InvalidOperationException("The certificate does not name its issuer's key.");
}
