using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Nexus.Certs.Tests.Public;

/// <summary>Certs in the folder of the original (spec/node.md §10).</summary>
[UnsupportedOSPlatform("windows")]
public sealed class OriginalCacheTests : IDisposable
{
    private const string Host = CertsAtAuthority.Host;

    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _authority = new();
    private readonly ManualTimeProvider _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Statement("node 137")]
    public async Task Certificate_ThatLives_IsServedAtOnce_AndTheFilesStayAsTheyAre()
    {
        var ecdsa = Write(Host, _authority.Issue(Host));
        var rsa = Write($"{Host}+rsa", IssueRsa());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var account = Write("acme_account+key", key.ExportECPrivateKeyPem());
        string[] before = [ecdsa, rsa, account, File.GetUnixFileMode(PathOf(Host)).ToString()];
        await using var certs = await StartAsync();

        Assert.Equal(LeafOf(ecdsa).Thumbprint, (await CurrentAsync(certs)).Thumbprint);
        Assert.Empty(certs.Logs.At(LogLevel.Warning));
        string[] after = [Read(Host), Read($"{Host}+rsa"), Read("acme_account+key"), File.GetUnixFileMode(PathOf(Host)).ToString()];
        Assert.Equal(before, after);
    }

    [Theory]
    [Statement("node 137")]
    [InlineData("missing")]
    [InlineData("broken")]
    [InlineData("expired")]
    [InlineData("of another name")]
    [InlineData("of another key")]
    public async Task Certificate_OfNoUse_TheOneWithTheRsaKeyIsServed(string what)
    {
        var rsa = Write($"{Host}+rsa", IssueRsa());
        switch (what)
        {
            case "broken": Write(Host, "-----BEGIN EC PRIVATE KEY-----\nnonsense"); break;
            case "expired": Write(Host, _authority.Issue([Host], _time.GetUtcNow().AddHours(-12), _time.GetUtcNow().AddMinutes(-1))); break;
            case "of another name": Write(Host, _authority.Issue("other.example.test")); break;
            case "of another key": Write(Host, ECDsa.Create().ExportECPrivateKeyPem() + "\n" + _authority.Issue(Host).ExportCertificatePem()); break;
        }

        await using var certs = await StartAsync();
        Assert.Equal(LeafOf(rsa).Thumbprint, (await CurrentAsync(certs)).Thumbprint);
        if (what != "missing") Assert.Contains(certs.Logs.At(LogLevel.Warning), log => log.Message.Contains(PathOf(Host), StringComparison.Ordinal));
        Assert.DoesNotContain(certs.Logs.At(LogLevel.Warning), log => log.Message.Contains("+rsa", StringComparison.Ordinal));
    }

    [Theory]
    [Statement("node 137")]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n")]
    public async Task Files_Broken_AreNamedInWarnings_AndCertsGoesOn(string text)
    {
        foreach (var name in new[] { Host, $"{Host}+rsa", "acme_account+key" }) Write(name, text);
        await using var certs = await StartAsync();
        Assert.True((await CurrentAsync(certs)).MatchesHostname(Host)); // of the internal authority
        foreach (var name in new[] { Host, $"{Host}+rsa", "acme_account+key" })
        {
            Assert.Single(certs.Logs.At(LogLevel.Warning), log => log.Message.StartsWith(PathOf(name) + ",", StringComparison.Ordinal));
            Assert.Equal(text, Read(name));
        }
    }

    [Fact]
    [Statement("node 137")]
    public async Task Account_GoesOn_WhenTheCertificateIsRenewed()
    {
        await using var authority = await CertsAtAuthority.StartAsync();
        var first = authority.Add();
        first.Start();
        using var issued = await authority.WaitForIssuedAsync(first);
        await first.KillAsync();

        // What the original would have left: our own account's key, under its name, and nothing of ours.
        var own = Directory.GetFiles(authority.Cache, "account-*.json").Single();
        var key = JsonDocument.Parse(await File.ReadAllTextAsync(own, Cancellation)).RootElement.EnumerateObject()
            .Single(member => member.Name.Equals("PrivateKey", StringComparison.OrdinalIgnoreCase)).Value.GetString();
        foreach (var file in Directory.GetFiles(authority.Cache)) File.Delete(file);
        await File.WriteAllTextAsync(Path.Combine(authority.Cache, "acme_account+key"), ToOriginal(key), Cancellation);

        first.Start();
        using var again = await authority.WaitForAsync(first, certificate => CertsAtAuthority.IsIssued(certificate) && certificate.SerialNumber != issued.SerialNumber);
        Assert.Equal(2, authority.Orders);
        Assert.Equal(1, authority.Accounts);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private static string ToOriginal(string? pkcs8)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pkcs8);
        return key.ExportECPrivateKeyPem();
    }

    private static X509Certificate2 LeafOf(string pem) => X509Certificate2.CreateFromPem(pem);

    private static async Task<X509Certificate2> CurrentAsync(CertsUnderTest certs) => CertsUnderTest.LeafOf(await certs.CurrentAsync());

    // Nobody listens at the authority's address: what is served was there.
    private Task<CertsUnderTest> StartAsync() => CertsUnderTest.StartAsync(
        _folder,
        _time,
        ("Nexus:Certs:Acme:Hostname", Host),
        ("Nexus:Certs:Acme:CacheDirectory", _folder.PathOf("acme")),
        ("Nexus:Certs:Acme:Directory", "https://127.0.0.1:1/dir"));

    private string PathOf(string name) => _folder.PathOf("acme", name);

    private string Read(string name) => File.ReadAllText(PathOf(name));

    private string Write(string name, X509Certificate2 certificate)
    {
        using (certificate)
        {
            using var ecdsa = certificate.GetECDsaPrivateKey();
            using var rsa = certificate.GetRSAPrivateKey();
            return Write(name, $"{ecdsa?.ExportECPrivateKeyPem() ?? rsa?.ExportRSAPrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n{_authority.RootPem}\n");
        }
    }

    private string Write(string name, string text)
    {
        Directory.CreateDirectory(_folder.PathOf("acme"));
        File.WriteAllText(PathOf(name), text);
        return text;
    }

    private X509Certificate2 IssueRsa()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={Host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Host);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(_time.GetUtcNow().AddDays(-1), _time.GetUtcNow().AddDays(60));
    }
}
