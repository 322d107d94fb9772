using Nexus.Acme.Authority;
using Nexus.Acme.Challenges;
using Nexus.Acme.Issuing;

namespace Nexus.Acme.Tests.Scripted;

/// <summary>One process's life: an issuer at a scripted authority, on a store that outlives it.</summary>
internal sealed class ScriptedIssuing : IDisposable
{
    public ScriptedIssuing(ScriptedAuthority authority, MemoryStore store, IChallengeResponder? responder = null, TimeProvider? time = null, HttpMessageHandler? handler = null, IssuerOptions? options = null, AcmeOptions? acme = null)
    {
        Authority = new AcmeAuthority(acme ?? authority.Options, time, handler);
        Issuer = new CertificateIssuer(Authority, store, responder ?? new RecordingResponder(), options ?? new IssuerOptions { Registration = new() { AgreesToTerms = true } }, () => 0.5);
    }

    public AcmeAuthority Authority { get; }

    public CertificateIssuer Issuer { get; }

    public Task<IssueResult> IssueAsync(params string[] names) => IssueAsync(new IssueRequest { Names = names });

    public Task<IssueResult> IssueAsync(IssueRequest request) => Issuer.IssueAsync(request, null, TestContext.Current.CancellationToken).BoundedAsync();

    public void Dispose()
    {
        Issuer.Dispose();
        Authority.Dispose();
    }
}
