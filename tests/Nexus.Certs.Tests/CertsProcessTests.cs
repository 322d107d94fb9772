namespace Nexus.Certs.Tests;

/// <summary>The program as it is started for real.</summary>
public sealed class CertsProcessTests : IDisposable
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "Nexus.Certs.dll");

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Start_SeveralKeysAreWrong_ExitsWith78AndNamesAll()
    {
        await using var certs = Start(
            ("Kestrel__Endpoints__Grpc__Url", "http://0.0.0.0:0"),
            ("Nexus__Certs__Development__Names__0", "not a name"),
            ("Nexus__Certs__Manual__KeyFile", _folder.PathOf("none.key")));

        Assert.Equal(78, await certs.WaitForExitAsync(TestContext.Current.CancellationToken));
        var errors = string.Join('\n', certs.Lines.Where(line => line.IsError).Select(line => line.Text));
        Assert.Contains("Kestrel:Endpoints:Grpc:Url: ", errors, StringComparison.Ordinal);
        Assert.Contains("Nexus:Certs:Development:Names: ", errors, StringComparison.Ordinal);
        Assert.Contains("Nexus:Certs:Manual:CertificateFile: ", errors, StringComparison.Ordinal);
        Assert.Contains("Nexus:Certs:Manual:KeyFile: ", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.PathOf("certs")));
    }

    [Fact]
    public async Task Kill_ThenStart_KeepsTheAuthority()
    {
        await using (var first = Start())
        {
            await first.WaitForLineAsync("Application started", TestContext.Current.CancellationToken);
            first.Kill();
            Assert.Equal(128 + 9, await first.WaitForExitAsync(TestContext.Current.CancellationToken));
        }

        var root = await File.ReadAllTextAsync(_folder.PathOf("certs", "ca.pem"), TestContext.Current.CancellationToken);
        await using var second = Start();
        await second.WaitForLineAsync("Application started", TestContext.Current.CancellationToken);
        Assert.Equal(root, await File.ReadAllTextAsync(_folder.PathOf("certs", "ca.pem"), TestContext.Current.CancellationToken));

        second.Terminate();
        Assert.Equal(0, await second.WaitForExitAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose() => _folder.Dispose();

    private RealProcess Start(params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string?>
        {
            ["Kestrel__Endpoints__Http__Url"] = "http://127.0.0.1:0",
            ["Kestrel__Endpoints__Grpc__Url"] = "http://127.0.0.1:0",
            ["Nexus__Certs__Storage__Directory"] = _folder.PathOf("certs"),
        };
        foreach (var (name, value) in settings) environment[name] = value;
        return RealProcess.StartDotnet(s_program, [], environment);
    }
}
