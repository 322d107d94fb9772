using Nexus.Identities;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>
/// Everything that a node prints, exports, is started with and keeps in Redis, in the best case and when its secrets are wrong, at the most
/// talkative log level: no secret is in it. A new secret is planted where it is made (<see cref="SecuredSystem.PlantNew"/>); a new place to
/// look at is a line in <see cref="PlacesAsync"/>.
/// </summary>
[Collection(nameof(SecuredSystem))]
public sealed class SecretsTests(SecuredSystem system)
{
    private const string Name = "secrets.test";
    private const string Refusal = "FirstTokenRefused (malformed)";

    private static readonly string[] s_signals = ["/v1/logs", "/v1/traces", "/v1/metrics"];
    private static readonly string[] s_exporters = ["Nexus.Certs", "Nexus.Mesh", "Nexus.Hub", "Nexus.Edge", "nexus-client"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secrets_OfARunningNode_AreNowhere()
    {
        system.Scan.PlantFolder(system.StateFolders[0], _ => false);
        system.Scan.PlantFolder(system.StateFolders[1], _ => false);
        Assert.True(await system.IsServedAsync());
        await using var backend = await LogInAsync();
        await RefuseBackendAsync();
        await using var stranger = await RefuseJoiningAsync();
        await using var lockedOut = await RefuseAtRedisAsync();
        Assert.InRange(system.Scan.Count, 16, 1_000); // of backends' tokens 3, joining 3, Redis 1, keys 4, and what was made here

        var places = await PlacesAsync([.. system.Services, stranger, .. lockedOut is null ? Array.Empty<ServiceProcess>() : [lockedOut]]);
        foreach (var (where, text) in places) system.Scan.Look(where, text);
        foreach (var folder in system.StateFolders) system.Scan.LookAtModes("state", folder);
        Assert.Empty(system.Scan.Findings);

        // The places hold what was done, or the scan looked at nothing.
        AssertTold(places, "Nexus.Hub's output", "trce:", "FirstTokenRefused (bad_signature)", Refusal);
        AssertTold(places, "Nexus.Certs's output", "trce:", "The token is unknown, or was used.");
        AssertTold(places, "the client's output", "dbug:");
        AssertTold(places, "arguments", "Nexus.Certs.dll", "nexus.dll");
        foreach (var signal in s_signals) AssertTold(places, signal, s_exporters);
        if (system.Redis is not null) AssertTold(places, "Redis", Name, "HSET");
    }

    private static void AssertTold(IEnumerable<(string Where, string Text)> places, string where, params string[] expected)
    {
        var text = string.Concat(places.Where(place => place.Where == where).Select(place => place.Text));
        foreach (var each in expected) Assert.True(text.Contains(each, StringComparison.Ordinal), $"{where} does not hold {each}");
    }

    /// <summary>A backend whose tokens are known here: those of clients are not shown to anybody.</summary>
    private async Task<ScriptedBackend> LogInAsync()
    {
        var backend = await ScriptedBackend.DialAsync(system.HubPort, system.AuthorityFile);
        await backend.SendTextAsync(PlantToken("the first token of a backend", system.BackendsSecret));
        await backend.SendTextAsync(PlantToken("the second token of a backend", system.BackendsSecret, await backend.ReceiveNonceAsync()));
        return backend;
    }

    private async Task RefuseBackendAsync()
    {
        await using var backend = await ScriptedBackend.DialAsync(system.HubPort, system.AuthorityFile);
        await backend.SendTextAsync(PlantToken("the token of a stranger", system.PlantNew("the secret of a stranger")));
        Assert.NotNull(await backend.ReceiveCloseAsync());
        await using var other = await ScriptedBackend.DialAsync(system.HubPort, system.AuthorityFile);
        await other.SendTextAsync(system.PlantNew("what is no token at all"));
        Assert.NotNull(await other.ReceiveCloseAsync());
        await system.Hub.Process.WaitForLineAsync(Refusal, Cancellation);
    }

    private string PlantToken(string name, string secret, string? nonce = null)
    {
        var token = ScriptedBackend.Token(secret, Name, nonce);
        system.Scan.Plant(name, token.Split('.')[2]);
        return token;
    }

    /// <summary>With a token that is whole, but that Certs never made.</summary>
    private async Task<ServiceProcess> RefuseJoiningAsync()
    {
        using var root = system.Forge(ServiceRole.Edge, DateTimeOffset.UtcNow).Root;
        var token = JoinToken.Create(ServiceRole.Edge, root);
        system.Scan.Plant("a join token that nobody made", token.Secret);
        using var folder = new TemporaryFolder();
        var edge = system.CreateAnother("Nexus.Edge", new()
        {
            ["services__certs__grpc__0"] = system.Certs.GrpcAddress,
            ["services__mesh__grpc__0"] = system.Mesh.GrpcAddress,
            ["Nexus__Edge__Listening__RelayPorts__0"] = "0",
            ["Nexus__Identity__Directory"] = folder.Path,
            ["Nexus__Identity__JoinToken"] = token.Reveal(),
        });
        edge.Start();
        Assert.Equal(78, await edge.Process.WaitForExitAsync(Cancellation));
        Assert.Contains("The token is unknown, or was used.", edge.Output, StringComparison.Ordinal);
        return edge;
    }

    private async Task<ServiceProcess?> RefuseAtRedisAsync()
    {
        if (system.Redis is null) return null;
        var mesh = new ServiceProcess("Nexus.Mesh", system.Telemetry.With(new()
        {
            ["ConnectionStrings__redis"] = $"redis://:{system.PlantNew("a wrong password")}@{system.Redis.ConnectionString}",
        }));
        mesh.Start();
        await Eventually.SucceedsAsync(() => Task.FromResult(mesh.Output.Contains("Redis is Denied", StringComparison.Ordinal)), () => mesh.Output);
        return mesh;
    }

    private async Task<List<(string Where, string Text)>> PlacesAsync(IReadOnlyList<ServiceProcess> services)
    {
        List<(string, string)> places = [];
        await Eventually.SucceedsAsync(
            () => Task.FromResult(s_signals.All(signal => s_exporters.All(name => Exported(signal, name))) && Exported("/v1/logs", Refusal)),
            () => "Not all have exported all signals.");
        places.AddRange(s_signals.Select(signal => (signal, system.Telemetry.Text(signal))));
        foreach (var service in services) places.Add(($"{service.Name}'s output", service.Output));
        places.Add(("the client's output", system.Client.Output));
        foreach (var process in services.Select(service => service.Process).Append(system.Client).Where(process => !process.HasExited))
        {
            places.Add(("arguments", await File.ReadAllTextAsync($"/proc/{process.Id}/cmdline", Cancellation)));
        }

        if (system.Redis is not null) places.Add(("Redis", await system.Redis.ReadAllAsync()));
        return places;
    }

    private bool Exported(string signal, string text) => system.Telemetry.Text(signal).Contains(text, StringComparison.Ordinal);
}
