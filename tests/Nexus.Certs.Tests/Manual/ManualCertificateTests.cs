using Microsoft.Extensions.Logging;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Tests.Manual;

public sealed class ManualCertificateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly TestCertificates _authority = new();

    [Fact]
    public async Task Files_Given_AreHandedOutInsteadOfADevelopmentCertificate()
    {
        var issued = _authority.IssuePem("hub.example.com");
        await using var certs = await StartAsync(issued);

        var bundle = await certs.CurrentAsync();
        Assert.Equal(issued.Certificate, bundle.ChainPem.Trim());
        Assert.Equal(issued.PrivateKey, bundle.PrivateKeyPem.Trim());
        Assert.False(Directory.Exists(_folder.PathOf("certs")));
    }

    [Fact]
    public async Task Files_WithIntermediates_AreHandedOutInOrder()
    {
        var issued = _authority.IssuePem("hub.example.com");
        await using var certs = await StartAsync(issued with { Certificate = issued.Certificate + "\n" + _authority.RootPem });

        Assert.Equal(issued.Certificate + "\n" + _authority.RootPem, (await certs.CurrentAsync()).ChainPem.Trim());
    }

    [Fact]
    public async Task Files_Replaced_AreSwappedIn()
    {
        await using var certs = await StartAsync(_authority.IssuePem("hub.example.com"));
        using var watch = certs.Watch();
        await CertsUnderTest.NextAsync(watch);
        var renewed = _authority.IssuePem("hub.example.com");
        renewed.WriteTo(_folder.Path);
        await PollAsync();

        var bundle = await CertsUnderTest.NextAsync(watch);
        Assert.Equal(2UL, bundle.Generation);
        Assert.Equal(renewed.Certificate, bundle.ChainPem.Trim());
    }

    [Fact]
    public async Task Files_BrokenThenRepaired_KeepTheOldOneAndSaySoOnce()
    {
        var issued = _authority.IssuePem("hub.example.com");
        await using var certs = await StartAsync(issued);
        using var watch = certs.Watch();
        await CertsUnderTest.NextAsync(watch);

        // The new certificate is there, its key not yet.
        var renewed = _authority.IssuePem("hub.example.com");
        await File.WriteAllTextAsync(_folder.PathOf("test.pem"), renewed.Certificate, TestContext.Current.CancellationToken);
        await PollAsync();
        await certs.Logs.WaitForAsync(entry => entry.Level == LogLevel.Warning, TestContext.Current.CancellationToken);
        Assert.Equal(issued.Certificate, (await certs.CurrentAsync()).ChainPem.Trim());
        await PollAsync();

        renewed.WriteTo(_folder.Path);
        await PollAsync();

        Assert.Equal(renewed.Certificate, (await CertsUnderTest.NextAsync(watch)).ChainPem.Trim());
        Assert.Single(certs.Logs.At(LogLevel.Warning));
    }

    public static TheoryData<string, string> BrokenFiles => new()
    {
        { "missing certificate", "Nexus:Certs:Manual:CertificateFile: " },
        { "missing key", "Nexus:Certs:Manual:KeyFile: " },
        { "no key option", "Nexus:Certs:Manual:KeyFile: " },
        { "certificate is text", "Nexus:Certs:Manual:CertificateFile: " },
        { "certificate is cut", "Nexus:Certs:Manual:CertificateFile: " },
        { "key of another", "Nexus:Certs:Manual:KeyFile: " },
        { "key is encrypted", "Nexus:Certs:Manual:KeyFile: " },
        { "key is empty", "Nexus:Certs:Manual:KeyFile: " },
        { "expired", "Nexus:Certs:Manual:CertificateFile: " },
    };

    [Theory]
    [MemberData(nameof(BrokenFiles))]
    public async Task Start_BrokenFiles_EndsWith78AndTheReason(string how, string expected)
    {
        var (certificate, key) = Break(how);
        using var logs = new LogCollector();
        var app = CertsUnderTest.Build(_folder, _time, logs, ("Nexus:Certs:Manual:CertificateFile", certificate), ("Nexus:Certs:Manual:KeyFile", key));

        Assert.Equal(NexusHost.InvalidConfiguration, await NexusHost.RunAsync(app).BoundedAsync());
        Assert.Contains(expected, Assert.Single(logs.At(LogLevel.Critical)).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private (string CertificateFile, string KeyFile) Break(string how)
    {
        var good = _authority.IssuePem("hub.example.com");
        using var old = _authority.Issue(["hub.example.com"], _time.GetUtcNow().AddHours(-20), _time.GetUtcNow().AddHours(-10));
        var (certificate, key) = (how switch
        {
            "certificate is text" => good with { Certificate = "hello" },
            "certificate is cut" => good with { Certificate = good.Certificate.Remove(100, 60) },
            "key of another" => good with { PrivateKey = _authority.IssuePem("hub.example.com").PrivateKey },
            "key is encrypted" => good with { PrivateKey = good.PrivateKey.Replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY", StringComparison.Ordinal) },
            "key is empty" => good with { PrivateKey = "" },
            "expired" => TestCertificatePem.Of(old),
            _ => good,
        }).WriteTo(_folder.Path);
        return how switch
        {
            "missing certificate" => (certificate + ".gone", key),
            "missing key" => (certificate, key + ".gone"),
            "no key option" => (certificate, ""),
            _ => (certificate, key),
        };
    }

    private Task<CertsUnderTest> StartAsync(TestCertificatePem pem)
    {
        var (certificate, key) = pem.WriteTo(_folder.Path);
        return CertsUnderTest.StartAsync(_folder, _time, ("Nexus:Certs:Manual:CertificateFile", certificate), ("Nexus:Certs:Manual:KeyFile", key));
    }

    private async Task PollAsync()
    {
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(5));
    }
}
