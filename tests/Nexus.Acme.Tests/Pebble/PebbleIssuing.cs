using System.Security.Cryptography.X509Certificates;
using Nexus.Acme.Authority;
using Nexus.Acme.Challenges;
using Nexus.Acme.Issuing;
using Nexus.Acme.Signing;

namespace Nexus.Acme.Tests.Pebble;

/// <summary>A real pebble, an issuer at it, and a responder where it looks.</summary>
internal sealed class PebbleIssuing : IAsyncDisposable
{
    private PebbleIssuing(PebbleProcess pebble, ChallengeKind[] kinds, ExternalAccountBinding? binding)
    {
        Pebble = pebble;
        Responder = new LoopbackResponder(pebble.HttpPort, pebble.TlsPort, kinds);
        Authority = new AcmeAuthority(new AcmeOptions { Directory = pebble.Directory, TrustedRoots = [pebble.TlsRoot], MaxNonceRetries = 50 });
        Issuer = new CertificateIssuer(Authority, Store, Responder, new IssuerOptions
        {
            Registration = new() { AgreesToTerms = true, Contacts = ["mailto:admin@example.com"], ExternalAccount = binding },
        });
    }

    public PebbleProcess Pebble { get; }

    public LoopbackResponder Responder { get; }

    public AcmeAuthority Authority { get; }

    public MemoryStore Store { get; } = new();

    public CertificateIssuer Issuer { get; }

    public static async Task<PebbleIssuing> StartAsync(PebbleOptions? options = null, ExternalAccountBinding? binding = null, params ChallengeKind[] kinds) =>
        new(await PebbleProcess.StartAsync(options), kinds.Length > 0 ? kinds : [ChallengeKind.Http01], binding);

    public async Task<IssueResult> IssueAsync(params string[] names) => await IssueAsync(new IssueRequest { Names = names });

    public async Task<IssueResult> IssueAsync(IssueRequest request) =>
        await Issuer.IssueAsync(request, null, TestContext.Current.CancellationToken).WaitAsync(TestTimeouts.Long);

    /// <summary>Whether the certificate, with the intermediates that came with it, leads to the root.</summary>
    public async Task<bool> LeadsToRootAsync(IssueResult result, int root = 0)
    {
        using var certificate = result.Issued().Load();
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(await Pebble.GetRootAsync(root));
        chain.ChainPolicy.ExtraStore.AddRange(result.Issued().Chain.LoadIntermediates());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    public async ValueTask DisposeAsync()
    {
        Issuer.Dispose();
        Authority.Dispose();
        await Responder.DisposeAsync();
        await Pebble.DisposeAsync();
    }
}
