using Microsoft.Extensions.Logging;
using Nexus.Client.Tls;
using Nexus.Testing;

namespace Nexus.Client.Tests.Tls;

/// <summary>Certificates from files follow the files.</summary>
public sealed class FileCertificatesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _authority = new();
    private readonly ManualTimeProvider _time = new();
    private readonly LogCollector _logs = new();

    [Fact]
    public void Files_Change_TheNextUserGetsTheNewOne()
    {
        var certificates = Open(_authority.IssuePem("a.example"));
        var first = certificates.Find("a.example");
        Assert.Same(first, certificates.Find("a.example"));
        _authority.IssuePem("a.example", "b.example").WriteTo(_folder.Path);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.NotSame(first, certificates.Find("a.example"));
        Assert.NotNull(first);
    }

    [Fact]
    public void Files_NotFitting_KeepTheOldOne_AndAreToldOnce_UntilTheyFit()
    {
        var (certificateFile, keyFile) = (_folder.PathOf("test.pem"), _folder.PathOf("test.key"));
        var certificates = Open(_authority.IssuePem("a.example"));
        var first = certificates.Find("a.example");
        var next = _authority.IssuePem("a.example");
        File.WriteAllText(certificateFile, next.Certificate + "\n\n");
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(3));
            Assert.Same(first, certificates.Find("a.example"));
        }

        Assert.Single(_logs.At(LogLevel.Warning));
        File.WriteAllText(keyFile, next.PrivateKey);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.NotSame(first, certificates.Find("a.example"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void Files_UselessFromTheStart_ThereIsNoneUntilTheyAreGood(string text)
    {
        var good = _authority.IssuePem("a.example");
        var certificates = Open(good with { Certificate = text });
        Assert.Null(certificates.Find("a.example"));
        good.WriteTo(_folder.Path);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.NotNull(certificates.Find("a.example"));
    }

    [Fact]
    public void Files_AreGone_TheOldOneStays()
    {
        var certificates = Open(_authority.IssuePem("a.example"));
        File.Delete(_folder.PathOf("test.key"));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.NotNull(certificates.Find("a.example"));
        Assert.DoesNotContain("BEGIN", Assert.Single(_logs.At(LogLevel.Warning)).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
        _logs.Dispose();
    }

    private FileCertificates Open(TestCertificatePem pem)
    {
        var (certificateFile, keyFile) = pem.WriteTo(_folder.Path);
        return new(certificateFile, keyFile, _logs.Factory.CreateLogger("tls"), _time);
    }
}
