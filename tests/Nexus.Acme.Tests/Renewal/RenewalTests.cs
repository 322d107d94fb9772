using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Nexus.Acme.Authority;
using Nexus.Acme.Problems;
using Nexus.Acme.Renewal;
using Nexus.Acme.Tests.Scripted;

namespace Nexus.Acme.Tests.Renewal;

public sealed class RenewalTests
{
    private static readonly DateTimeOffset s_begin = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_end = s_begin.AddDays(90);
    private static readonly RenewalInfo s_window = new(s_begin.AddDays(30), s_begin.AddDays(40), null, null);

    [Theory]
    // RFC 9773 §4.1: serial number 00:87:65:43:21.
    [InlineData("69885B6B87464041E1B37B847BA0AE2CDE01C8D4", "0087654321", "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE")]
    [InlineData("69885B6B87464041E1B37B847BA0AE2CDE01C8D4", "7765432100", "aYhba4dGQEHhs3uEe6CuLN4ByNQ.d2VDIQA")]
    public void Id_IsAsRfc9773Has(string issuer, string serial, string expected)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(Convert.FromHexString(issuer)));
        using var certificate = request.Create(new X500DistinguishedName("CN=y"), X509SignatureGenerator.CreateForECDsa(key), s_begin, s_end, Convert.FromHexString(serial));
        var id = CertificateId.TryOf(certificate);
        Assert.Equal(expected, id?.ToString());
        Assert.True(CertificateId.TryParse(expected, out var read));
        Assert.Equal(id, read);
    }

    [Fact]
    public void Id_WithoutIssuerKey_IsNull()
    {
        using var certificates = new TestCertificates();
        using var certificate = certificates.Issue("a.example");
        Assert.Null(CertificateId.TryOf(certificate));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("a.b.c")]
    [InlineData("../..")]
    [InlineData("a.b/c")]
    public void Id_ThatIsNone_IsRefused(string? text) => Assert.False(CertificateId.TryParse(text, out _));

    [Theory]
    [InlineData(0, 30)]
    [InlineData(0.5, 35)]
    [InlineData(1, 40)]
    public void Window_ARandomPointInIt(double chance, double day) => Assert.Equal(s_begin.AddDays(day), Plan(s_window, null, s_begin, chance).RenewAt);

    [Fact]
    public void Window_Kept_PointIsKept_Changed_PointIsDrawnAnew()
    {
        var first = Plan(s_window, null, s_begin, 0.5);
        Assert.Equal(first.RenewAt, Plan(s_window with { RetryAfter = TimeSpan.FromHours(1) }, first, s_begin.AddDays(1), 0).RenewAt);
        // Not asked successfully: as before.
        Assert.Equal(first.RenewAt, Plan(null, first, s_begin.AddDays(1), 0).RenewAt);
        var sooner = new RenewalInfo(s_begin.AddDays(1), s_begin.AddDays(2), null, null);
        Assert.Equal(s_begin.AddDays(1), Plan(sooner, first, s_begin.AddDays(1), 0).RenewAt);
    }

    [Fact]
    public void Window_AfterTheCertificate_IsNotWaitedFor() =>
        Assert.True(Plan(new(s_end.AddYears(1), s_end.AddYears(2), null, null), null, s_begin, 0.5).RenewAt < s_end.AddDays(-4));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void NoWindow_TwoThirdsOfLife(double chance) => Assert.InRange(Plan(null, null, s_begin, chance).RenewAt, s_begin.AddDays(55), s_begin.AddDays(60).AddSeconds(1));

    [Theory]
    [InlineData(null, 6 * 60)]
    [InlineData(0, 1)]
    [InlineData(120, 120)]
    [InlineData(525_600, 24 * 60)]
    public void AskAgain_IsBounded(int? retryAfterMinutes, int minutes)
    {
        var info = s_window with { RetryAfter = retryAfterMinutes is { } told ? TimeSpan.FromMinutes(told) : null };
        Assert.Equal(s_begin.AddMinutes(minutes), Plan(info, null, s_begin, 0).AskAgainAt);
    }

    [Fact]
    public async Task Info_IsAskedForByTheCertificatesName()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        using var issuing = new ScriptedIssuing(authority, new MemoryStore());
        using var leaf = (await issuing.IssueAsync("a.example.com")).Issued().Chain.LoadLeaf();
        var id = IssueResults.IdOf(leaf);
        Assert.Null(await issuing.Authority.GetRenewalInfoAsync(id, TestContext.Current.CancellationToken).BoundedAsync());

        authority.Database.Renewal = """{"suggestedWindow":{"start":"2030-01-01T00:00:00Z","end":"2030-01-02T00:00:00+01:00"},"explanationURL":"https://ca.example/why"}""";
        using var acme = new AcmeAuthority(authority.Options);
        var info = await acme.GetRenewalInfoAsync(id, TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Equal(new RenewalInfo(s_begin, s_begin.AddHours(23), "https://ca.example/why", TimeSpan.FromHours(1)), info);
        Assert.Equal(1, authority.Count($"GET /renewal/{id}"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"suggestedWindow":{"start":"2030-01-02T00:00:00Z","end":"2030-01-01T00:00:00Z"}}""")]
    [InlineData("""{"suggestedWindow":{"start":"tomorrow","end":"later"}}""")]
    public async Task Info_WithoutAWindow_IsBadAnswer(string json)
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Database.Renewal = json;
        using var acme = new AcmeAuthority(authority.Options);
        Assert.True(CertificateId.TryParse("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE", out var id));
        var error = await Assert.ThrowsAsync<AcmeException>(() => acme.GetRenewalInfoAsync(id, TestContext.Current.CancellationToken).BoundedAsync());
        Assert.Equal(AcmeErrorKind.BadAnswer, error.Kind);
    }

    private static RenewalPlan Plan(RenewalInfo? info, RenewalPlan? previous, DateTimeOffset now, double chance) => RenewalSchedule.Plan(s_begin, s_end, info, previous, now, chance);
}
