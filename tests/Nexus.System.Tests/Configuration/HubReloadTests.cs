using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Nexus.SystemTests.Golden.Wire;
using Nexus.SystemTests.Processes;
using Nexus.Testing;

namespace Nexus.SystemTests.Configuration;

/// <summary>A running hub whose <c>config.yaml</c> changes.</summary>
public sealed class HubReloadTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FreePort _hubPort = FreePort.Reserve();
    private readonly ServiceProcess _certs;
    private readonly ServiceProcess _hub;

    public HubReloadTests()
    {
        _certs = new("Nexus.Certs", new Dictionary<string, string?> { ["Nexus__Certs__Storage__Directory"] = _folder.PathOf("certs") });
        _hub = new("Nexus.Hub", new Dictionary<string, string?> { ["NEXUS_CONFIG"] = NodeFile, ["services__certs__grpc__0"] = _certs.GrpcAddress });
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string NodeFile => _folder.PathOf("config.yaml");

    public async ValueTask InitializeAsync()
    {
        Write("backendsJWTSecret: first-secret");
        _certs.Start();
        await _certs.WaitUntilHealthyAsync();
        _hub.Start();
        await _hub.WaitUntilHealthyAsync();
    }

    [Fact]
    public async Task Secret_Changed_CountsForTheNextToken_WithoutARestart()
    {
        await using var before = await LogInAsync("first-secret");
        Write("backendsJWTSecret: second-secret");
        await InEffectAsync("backendsJWTSecret");

        await using var after = await LogInAsync("second-secret");
        await ExpectRefusedAsync("first-secret");
        await ExpectRunningAsync(before); // it has shown who it is
    }

    [Fact]
    public async Task ChangeThatIsWrong_IsRefusedWithEveryError_AndTheOldOneStays()
    {
        Write("backendsJWTSecret: second-secret\nidleTimeoutSeconds: soon\nallowedTCPPortClaims: [70000]");
        _hub.Process.HangUp();

        await _hub.Process.WaitForLineAsync("The changed configuration has 2 errors; the one before stays in force.", Cancellation);
        await _hub.Process.WaitForLineAsync("2:21: idleTimeoutSeconds: ", Cancellation);
        await _hub.Process.WaitForLineAsync("allowedTCPPortClaims[0]: ", Cancellation);
        await using var backend = await LogInAsync("first-secret");
        await ExpectRefusedAsync("second-secret");

        // Put right, it counts.
        Write("backendsJWTSecret: second-secret\nidleTimeoutSeconds: 60\nallowedTCPPortClaims: [7000]");
        _hub.Process.HangUp();
        await InEffectAsync("idleTimeoutSeconds, backendsJWTSecret, allowedTCPPortClaims");
        await using var another = await LogInAsync("second-secret");
    }

    [Fact]
    public async Task Outbound_SwitchedOn_CountsForTheNextRequestOfASession()
    {
        await using var backend = await LogInAsync("first-secret");
        var before = await RefusalAsync(backend);
        Write("backendsJWTSecret: first-secret\nallowOutbound: true");
        _hub.Process.HangUp();
        await InEffectAsync("allowOutbound");

        Assert.NotEqual(before, await RefusalAsync(backend)); // now it is its token that does not allow it
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _certs.DisposeAsync();
        _hubPort.Dispose();
        _folder.Dispose();
    }

    private void Write(string settings) => File.WriteAllText(
        NodeFile, string.Create(CultureInfo.InvariantCulture, $"{settings}\nbackendListenAddress: \"127.0.0.1:{_hubPort.Port}\"\nhubPublicHostname: localhost\n"));

    private async Task InEffectAsync(string keys) => await _hub.Process.WaitForLineAsync($"In effect now: {keys}. With the next start: nothing.", Cancellation);

    private Task<ScriptedBackend> DialAsync() => ScriptedBackend.DialAsync(_hubPort.Port, _folder.PathOf("certs", "ca.pem"));

    private async Task<ScriptedBackend> LogInAsync(string secret)
    {
        var backend = await DialAsync();
        await backend.LogInAsync(secret, "app.test");
        await ExpectRunningAsync(backend);
        return backend;
    }

    private async Task ExpectRefusedAsync(string secret)
    {
        await using var backend = await DialAsync();
        await backend.SendTextAsync(ScriptedBackend.Token(secret, "app.test"));
        Assert.Equal(1008, (await backend.ReceiveCloseAsync())?.CloseCode);
    }

    private static async Task ExpectRunningAsync(ScriptedBackend backend) => Assert.NotEmpty(await RefusalAsync(backend));

    /// <summary>Why an outbound connection is refused: an answer that only a session gets.</summary>
    private static async Task<string> RefusalAsync(ScriptedBackend backend)
    {
        var request = $$"""{"event":"outbound_connect","client_id":"{{Guid.NewGuid()}}","target_addr":"192.0.2.1:80"}""";
        await backend.SendAsync(new WireMessage(WireKind.Binary, [2, .. Encoding.UTF8.GetBytes(request)]));
        while (await backend.ReceiveAsync() is { Kind: not WireKind.Close } message)
        {
            if (message.Kind == WireKind.Binary) return (string?)JsonNode.Parse(message.Payload.AsSpan(1))?["reason"] ?? "";
        }

        throw new EndOfStreamException("The hub ended the session.");
    }
}
