using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;

namespace Nexus.Certs.Tests.Storage;

[UnsupportedOSPlatform("windows")]
public sealed class CertificateFolderTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Files_Written_AreTheOwnersExceptTheRoot()
    {
        await using var certs = await CertsUnderTest.StartAsync(_folder, _time);

        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.PathOf("certs")));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder.PathOf("certs", "authority.pem")));
        Assert.Equal(OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(_folder.PathOf("certs", "ca.pem")));
        Assert.DoesNotContain("PRIVATE KEY", await File.ReadAllTextAsync(_folder.PathOf("certs", "ca.pem"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(_folder.PathOf("certs")).Length);
    }

    [Fact]
    public async Task Root_FileConfigured_IsWrittenThere()
    {
        await using var certs = await CertsUnderTest.StartAsync(_folder, _time, ("Nexus:Certs:Storage:RootFile", _folder.PathOf("public", "root.pem")));
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", await File.ReadAllTextAsync(_folder.PathOf("public", "root.pem"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_ReadableByOthers_IsTakenFromThemWithAWarning()
    {
        await using (await CertsUnderTest.StartAsync(_folder, _time))
        {
        }

        File.SetUnixFileMode(_folder.PathOf("certs", "authority.pem"), OwnerOnly | UnixFileMode.OtherRead);
        await using var certs = await CertsUnderTest.StartAsync(_folder, _time);

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder.PathOf("certs", "authority.pem")));
        Assert.Contains(certs.Logs.At(LogLevel.Warning), entry => entry.Message.Contains("authority.pem", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();
}
