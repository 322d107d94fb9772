using System.Text;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Cli.Tests.Running;

/// <summary>A file that changes while the command runs.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalService _service = new();

    [Fact]
    public async Task File_Changes_TargetsAreTakenWithoutANewSession()
    {
        await using var hub = new ScriptedHub();
        using var other = new LocalService();
        await using var nexus = await StartAsync(hub, Backend("one", hub, "a.example", _service.Target));
        var side = await hub.AcceptSessionAsync();
        Write(Backend("one", hub, "a.example", other.Target));
        await nexus.WaitForLineAsync("Backend one changed: portMappings.", TestContext.Current.CancellationToken);
        await side.ConnectAsync();
        using var local = await other.AcceptAsync();
    }

    [Fact]
    public async Task HangUp_BackendsComeAndGo()
    {
        await using var hub = new ScriptedHub();
        await using var nexus = await StartAsync(hub, Backend("one", hub, "a.example", _service.Target));
        var first = await hub.AcceptSessionAsync();
        await first.RoundTripAsync();
        Write(Backend("two", hub, "b.example", _service.Target));
        nexus.HangUp();
        var second = await hub.AcceptSessionAsync();
        Assert.Contains("\"sub\":\"two\"", Decode(second.AttestToken), StringComparison.Ordinal);
        await first.EndedAsync();
        Assert.Equal(1001, first.CloseCode);
        await nexus.WaitForLineAsync("Backend one is gone", TestContext.Current.CancellationToken);
        await second.RoundTripAsync();
    }

    [Fact]
    public async Task HangUp_ClaimsChange_NewSessionBeforeTheOldOneGoes()
    {
        await using var hub = new ScriptedHub();
        await using var nexus = await StartAsync(hub, Backend("one", hub, "a.example", _service.Target));
        var first = await hub.AcceptSessionAsync();
        await first.RoundTripAsync();
        Write(Backend("one", hub, "c.example", _service.Target));
        nexus.HangUp();
        var second = await hub.AcceptSessionAsync();
        await first.RoundTripAsync();
        await second.RoundTripAsync();
        await first.EndedAsync();
        await nexus.WaitForLineAsync("Backend one changed: hostnames.", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task HangUp_FileHasErrors_SaysWhereAndChangesNothing()
    {
        await using var hub = new ScriptedHub();
        await using var nexus = await StartAsync(hub, Backend("one", hub, "a.example", _service.Target));
        var side = await hub.AcceptSessionAsync();
        File.WriteAllText(_folder.PathOf("config.yaml"), "backends:\n  - nonsense: 1\n");
        nexus.HangUp();
        await nexus.WaitForLineAsync("config.yaml:2:5: backends[0].nonsense", TestContext.Current.CancellationToken);
        await nexus.WaitForLineAsync("nothing changes", TestContext.Current.CancellationToken);
        await side.ConnectAsync();
        using var local = await _service.AcceptAsync();
    }

    [Fact]
    public async Task HangUp_HubRefusesTheNewClaims_OldSessionGoesOn()
    {
        await using var hub = new ScriptedHub();
        await using var nexus = await StartAsync(hub, Backend("one", hub, "a.example", _service.Target));
        var first = await hub.AcceptSessionAsync();
        await first.RoundTripAsync();
        Write(Backend("one", hub, "forbidden.example", _service.Target));
        nexus.HangUp();
        var refused = await hub.AcceptSessionAsync();
        await refused.CloseAsync(1008, "not yours");
        await nexus.WaitForLineAsync("Backend one stays as it was", TestContext.Current.CancellationToken);
        await first.RoundTripAsync();
    }

    public void Dispose()
    {
        _service.Dispose();
        _folder.Dispose();
    }

    private static string Decode(string token)
    {
        var part = token.Split('.')[1].Replace('-', '+').Replace('_', '/');
        return Encoding.UTF8.GetString(Convert.FromBase64String(part.PadRight((part.Length + 3) / 4 * 4, '=')));
    }

    private static string Backend(string name, ScriptedHub hub, string hostname, string target) => $$"""
          - name: {{name}}
            hostnames: [{{hostname}}]
            nexusAddresses: ["{{hub.Address}}"]
            attestation: {hmacSecret: the-secret-of-the-test}
            portMappings: {443: {default: "{{target}}"} }

        """;

    private void Write(params string[] backends) => File.WriteAllText(_folder.PathOf("config.yaml"), "backends:\n" + string.Concat(backends));

    private async Task<RealProcess> StartAsync(ScriptedHub hub, string backend)
    {
        Write(backend);
        await File.WriteAllTextAsync(_folder.PathOf("ca.pem"), hub.Authorities[0].ExportCertificatePem(), TestContext.Current.CancellationToken);
        var nexus = RealProcess.StartDotnet(Path.Combine(AppContext.BaseDirectory, "nexus.dll"), ["run", "--ca", "ca.pem"], workingDirectory: _folder.Path);
        await nexus.WaitForLineAsync("runs with 1 addresses", TestContext.Current.CancellationToken);
        return nexus;
    }
}
