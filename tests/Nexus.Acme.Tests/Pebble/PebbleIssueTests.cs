using System.Security.Cryptography;
using Nexus.Acme.Challenges;
using Nexus.Acme.Issuing;
using Nexus.Acme.Problems;
using Nexus.Acme.Renewal;
using Nexus.Acme.Signing;

namespace Nexus.Acme.Tests.Pebble;

public sealed class PebbleIssueTests
{
    [Fact]
    public async Task Http01_DelaysAndRefusedNonces_IsIssued()
    {
        await using var acme = await PebbleIssuing.StartAsync(new PebbleOptions { NonceRejectPercent = 50, ValidationDelay = TimeSpan.FromSeconds(2) });
        var result = await acme.IssueAsync("one.example.com", "Two.Example.com.", "bücher.example");
        Assert.Equal(IssueOutcome.Issued, result.Outcome);
        Assert.Equal(["one.example.com", "two.example.com", "xn--bcher-kva.example"], result.Issued().Names.Order(StringComparer.Ordinal));
        Assert.True(await acme.LeadsToRootAsync(result));
        Assert.True(acme.Responder.HttpRequests >= 3);
        Assert.Equal(0, acme.Responder.Handshakes);
        Assert.Equal(0, acme.Responder.Published);
    }

    [Fact]
    public async Task TlsAlpn01_IsIssued()
    {
        await using var acme = await PebbleIssuing.StartAsync(null, null, ChallengeKind.TlsAlpn01, ChallengeKind.Http01);
        var result = await acme.IssueAsync("alpn.example.com");
        Assert.Equal(IssueOutcome.Issued, result.Outcome);
        Assert.True(await acme.LeadsToRootAsync(result));
        Assert.True(acme.Responder.Handshakes > 0);
        Assert.Equal(0, acme.Responder.HttpRequests);
    }

    [Fact]
    public async Task IpAddress_ByEachProof_IsIssued()
    {
        await using var acme = await PebbleIssuing.StartAsync();
        Assert.Equal(["127.0.0.1"], (await acme.IssueAsync("127.0.0.1")).Issued().Names);
        acme.Responder.Kinds = [ChallengeKind.TlsAlpn01];
        Assert.Equal(["127.0.0.1", "with.example.com"], (await acme.IssueAsync("127.0.0.1", "with.example.com")).Issued().Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task FirstProofFails_SecondIsTried()
    {
        await using var acme = await PebbleIssuing.StartAsync(null, null, ChallengeKind.TlsAlpn01, ChallengeKind.Http01);
        acme.Responder.ShowsNoCertificates = true;
        var result = await acme.IssueAsync("fallback.example.com");
        Assert.Equal(IssueOutcome.Issued, result.Outcome);
        Assert.True(acme.Responder.Handshakes > 0);
        Assert.True(acme.Responder.HttpRequests > 0);
    }

    [Fact]
    public async Task ExternalAccount_RightKey_IsIssued_WrongKey_IsExplained()
    {
        var mac = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));
        var options = new PebbleOptions { ExternalAccounts = new Dictionary<string, string> { ["kid-1"] = mac } };
        await using var acme = await PebbleIssuing.StartAsync(options, new ExternalAccountBinding("kid-1", mac));
        Assert.Equal(IssueOutcome.Issued, (await acme.IssueAsync("eab.example.com")).Outcome);

        await using var stranger = await PebbleIssuing.StartAsync(options, new ExternalAccountBinding("kid-1", Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32))));
        var refused = await stranger.IssueAsync("eab.example.com");
        Assert.Equal(IssueOutcome.Failed, refused.Outcome);

        await using var nobody = await PebbleIssuing.StartAsync(options);
        Assert.Equal(AcmeErrorKind.ExternalAccountRequired, (await nobody.IssueAsync("eab.example.com")).Failure?.Kind);
    }

    [Fact]
    public async Task PreferredRoot_AlternateChainIsChosen()
    {
        await using var acme = await PebbleIssuing.StartAsync(new PebbleOptions { AlternateRoots = 2, ChainLength = 2 });
        var names = new List<string>();
        for (var root = 0; root < 3; root++)
        {
            using var certificate = await acme.Pebble.GetRootAsync(root);
            var name = certificate.GetNameInfo(System.Security.Cryptography.X509Certificates.X509NameType.SimpleName, forIssuer: false);
            var result = await acme.IssueAsync(new IssueRequest { Names = [$"chain{root}.example.com"], PreferredRoot = name });
            Assert.Equal(IssueOutcome.Issued, result.Outcome);
            Assert.Equal(3, result.Issued().Chain.Count);
            Assert.True(result.Issued().Chain.LeadsTo(name));
            Assert.True(await acme.LeadsToRootAsync(result, root));
            names.Add(name);
        }

        Assert.Equal(3, names.Distinct().Count());
        var unknown = await acme.IssueAsync(new IssueRequest { Names = ["chain9.example.com"], PreferredRoot = "Somebody's root" });
        Assert.True(await acme.LeadsToRootAsync(unknown));
    }

    [Fact]
    public async Task ShortLife_IsAsTold_AndRenewedWithAFreshKey()
    {
        await using var acme = await PebbleIssuing.StartAsync(new PebbleOptions { CertificateValidity = TimeSpan.FromSeconds(60) });
        var first = (await acme.IssueAsync("renew.example.com")).Issued();
        Assert.InRange(first.NotAfter - first.NotBefore, TimeSpan.FromSeconds(58), TimeSpan.FromSeconds(62));
        var second = (await acme.IssueAsync("renew.example.com")).Issued();
        Assert.NotEqual(first.SerialNumber, second.SerialNumber);
        Assert.NotEqual(first.ExportPrivateKeyPem(), second.ExportPrivateKeyPem());
        var stored = await acme.Issuer.FindAsync(new IssueRequest { Names = ["renew.example.com"] }, TestContext.Current.CancellationToken);
        Assert.Equal(second.SerialNumber, stored?.SerialNumber);

        // This pebble tells no renewal information: the plan is made from the life.
        using var leaf = second.Chain.LoadLeaf();
        var info = await acme.Authority.GetRenewalInfoAsync(IssueResults.IdOf(leaf), TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Null(info);
        var plan = RenewalSchedule.Plan(second.NotBefore, second.NotAfter, info, null, second.NotBefore, 1);
        Assert.InRange(plan.RenewAt - second.NotBefore, TimeSpan.FromSeconds(36), TimeSpan.FromSeconds(42));
    }
}
