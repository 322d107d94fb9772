using Nexus.Acme.Issuing;
using Nexus.Acme.Tests.Scripted;

namespace Nexus.Acme.Tests.Issuing;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class FolderStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Folder => _folder.PathOf("acme", "state");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Text_IsReplaced_OwnerOnly()
    {
        var stop = TestContext.Current.CancellationToken;
        var store = new FolderStore(Folder);
        Assert.Null(await store.ReadAsync("account-1", stop));
        await store.WriteAsync("account-1", "one", stop);
        await store.WriteAsync("account-1", "zwei ü", stop);
        Assert.Equal("zwei ü", await new FolderStore(Folder).ReadAsync("account-1", stop));
        Assert.Null(await store.ReadAsync("account-2", stop));
        Assert.Single(Directory.GetFiles(Folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Folder, "account-1.json")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
    }

    [Fact]
    public async Task LeftOver_OfAKilledWriter_IsNoHarm()
    {
        var stop = TestContext.Current.CancellationToken;
        var store = new FolderStore(Folder);
        await store.WriteAsync("a", "one", stop);
        var left = Path.Combine(Folder, "a.json.new");
        await File.WriteAllTextAsync(left, "hal", stop);
        File.SetUnixFileMode(left, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Equal("one", await store.ReadAsync("a", stop));
        await store.WriteAsync("a", "two", stop);
        Assert.Equal("two", await store.ReadAsync("a", stop));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Folder, "a.json")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../a")]
    [InlineData("A")]
    [InlineData("a/b")]
    public async Task Name_ThatIsNone_IsRefused(string name) =>
        await Assert.ThrowsAsync<ArgumentException>(() => new FolderStore(Folder).WriteAsync(name, "x", TestContext.Current.CancellationToken));

    [Fact]
    public async Task Issuer_WorksOnIt_AndItsNamesAreAllowed()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        using var acme = new Nexus.Acme.Authority.AcmeAuthority(authority.Options);
        using var issuer = new CertificateIssuer(acme, new FolderStore(Folder), new RecordingResponder(), new() { Registration = new() { AgreesToTerms = true } });
        var request = new IssueRequest { Names = ["a.example.com"] };
        var result = await issuer.IssueAsync(request, null, TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Equal(IssueOutcome.Issued, result.Outcome);
        Assert.Equal(4, Directory.GetFiles(Folder).Length);
        Assert.All(Directory.GetFiles(Folder), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }
}
