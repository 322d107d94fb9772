using Nexus.Client.Cli.Tests.Processes;
using Nexus.Client.Tests.Scripted;

namespace Nexus.Client.Cli.Tests.Login;

public sealed class LoginTests : IDisposable
{
    private const string Token = "the-token-of-the-test";

    private readonly NexusCommandProcess _nexus = new();

    [Fact]
    public async Task Login_TokenThatTheHubAccepts_IsKeptForItsOwnerAlone()
    {
        await using var hub = new ScriptedHub();
        await using var login = _nexus.Start("login", hub.Address, "--token-file", _nexus.Write("token", Token + "\n"), "--ca", _nexus.WriteAuthorities(hub), "--domain", "*.apps.example.com");
        await hub.AcceptProbeAsync();
        Assert.Equal(0, await login.WaitForExitAsync(TestContext.Current.CancellationToken));

        var kept = await File.ReadAllTextAsync(_nexus.LoginFile, TestContext.Current.CancellationToken);
        Assert.Contains(Token, kept, StringComparison.Ordinal);
        Assert.Contains("\"apps.example.com\"", kept, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, login.Output, StringComparison.Ordinal);
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_nexus.LoginFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(_nexus.LoginFile) ?? ""));
    }

    [Fact]
    public async Task Login_TokenThatTheHubRefuses_SaysSoAndKeepsNothing()
    {
        await using var hub = new ScriptedHub();
        await using var login = _nexus.Start("login", hub.Address, "--token-file", _nexus.Write("token", Token), "--ca", _nexus.WriteAuthorities(hub));
        var side = await hub.AcceptAsync();
        await side.ReceiveAsync();
        await side.CloseAsync(1008, "signature is invalid");

        Assert.Equal(1, await login.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("does not accept the token", login.Output, StringComparison.Ordinal);
        Assert.Contains("signature is invalid", login.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(_nexus.LoginFile));
    }

    [Fact]
    public async Task Login_HubOfAnUnknownAuthority_SaysHowToNameIt()
    {
        await using var hub = new ScriptedHub();
        await using var login = _nexus.Start("login", hub.Address, "--token-file", _nexus.Write("token", Token));
        await Assert.ThrowsAnyAsync<IOException>(hub.AcceptAsync); // the client ends it when it has seen the certificate
        Assert.Equal(1, await login.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("--ca", login.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { (byte)' ', (byte)'\n' }, "The token is empty")]
    [InlineData(new byte[] { 0xC3, 0x28 }, "is not text")]
    public async Task Login_TokenThatIsNone_IsNamed(byte[] token, string expected)
    {
        await using var login = _nexus.Start("login", "localhost:1", "--token-file", _nexus.Write("token", token));
        Assert.Equal(1, await login.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains(expected, login.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logout_ForgetsTheToken()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_nexus.LoginFile) ?? "");
        await File.WriteAllTextAsync(_nexus.LoginFile, "{}", TestContext.Current.CancellationToken);
        await using var logout = _nexus.Start("logout");
        Assert.Equal(0, await logout.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.False(File.Exists(_nexus.LoginFile));
    }

    [Fact]
    public async Task Login_FileThatIsDamaged_IsNamed()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_nexus.LoginFile) ?? "");
        await File.WriteAllTextAsync(_nexus.LoginFile, "{ \"server\": 1", TestContext.Current.CancellationToken);
        await using var http = _nexus.Start("http", "3000", "--host", "app.example.test");
        Assert.Equal(1, await http.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("login.json is damaged", http.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _nexus.Dispose();
}
