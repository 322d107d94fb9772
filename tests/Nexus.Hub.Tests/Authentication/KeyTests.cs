using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Authentication;

/// <summary>Several secrets, and public keys beside them.</summary>
public sealed class KeyTests : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TemporaryFolder _folder = new();

    private string KeyFile => _folder.PathOf("keys.json");

    public void Dispose()
    {
        _key.Dispose();
        _next.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Login_SignedByAKeyOfTheFile_IsAcceptedAlsoWithoutAnySecret()
    {
        File.WriteAllText(KeyFile, Set((_key, "one")));
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Hub:Authentication:JwksFile", KeyFile), ("Nexus:Hub:Authentication:Secret", HubUnderTest.Absent));
        await LoginAsync(hub, _key, "one");
        await RefusedAsync(hub, TestToken.Sign(TestToken.Claims("app.test")), "unsupported_algorithm");
        await RefusedAsync(hub, Sign(_next, "one", TestToken.Claims("app.test")), "bad_signature");
    }

    [Fact]
    public async Task Login_KeyThatAppearedInTheFile_IsFoundAndUnknownOnesReadItOncePerHalfMinute()
    {
        File.WriteAllText(KeyFile, Set((_key, "one")));
        await using var hub = await HubUnderTest.StartWithClockAsync(("Nexus:Hub:Authentication:JwksFile", KeyFile));
        await hub.Metrics.WaitForSumAsync("nexus.hub.key_set.reads", 1, ("result", "read"));
        await RefusedAsync(hub, Sign(_next, "two", TestToken.Claims("app.test")), "unknown_key");
        await RefusedAsync(hub, Sign(_next, "two", TestToken.Claims("app.test")), "unknown_key");
        Assert.InRange(hub.Metrics.Sum("nexus.hub.key_set.reads"), 1, 1);

        File.WriteAllText(KeyFile, Set((_key, "one"), (_next, "two")));
        hub.Time.Advance(TimeSpan.FromSeconds(30));
        await LoginAsync(hub, _next, "two");
        Assert.Equal(2, hub.Metrics.Sum("nexus.hub.key_set.reads"));
    }

    [Fact]
    public async Task KeySet_FromAnAddress_IsReadAgainAndKeptWhenItCannotBe()
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        authorizer.Says(200, Set((_key, "one")));
        await using var hub = await HubUnderTest.StartWithClockAsync(
            ("Nexus:Hub:Authentication:JwksUrl", authorizer.Address + "/keys"), ("Nexus:Hub:Authentication:TrustedRootsFile", authorizer.RootsFile));
        await LoginAsync(hub, _key, "one");
        Assert.Null(authorizer.Requests[0].ClientCertificate);

        var bad = 0;
        foreach (var (status, body, result) in new[] { (500, "", "unreachable"), (200, "<html>", "no_key_set"), (200, new string(' ', 300_000), "no_key_set") })
        {
            authorizer.Says(status, body);
            await ReadAgainAsync(hub);
            await authorizer.RequestAsync(++bad + 1);
            await hub.Metrics.WaitForAsync("nexus.hub.key_set.reads", ("result", result));
            await hub.Metrics.WaitForAtLeastAsync("nexus.hub.key_set.reads", bad + 1);
        }

        await LoginAsync(hub, _key, "one");
        var read = hub.Metrics.Sum("nexus.hub.key_set.reads", ("result", "read"));
        authorizer.Says(200, Set((_next, "two")));
        await ReadAgainAsync(hub);
        await hub.Metrics.WaitForAtLeastAsync("nexus.hub.key_set.reads", read + 1, ("result", "read"));
        await RefusedAsync(hub, Sign(_key, "one", TestToken.Claims("app.test")), "unknown_key");
        await LoginAsync(hub, _next, "two");
    }

    [Fact]
    public async Task Login_SecretWithAKeyId_IsHeldAgainstThatSecretAlone()
    {
        await using var hub = await HubUnderTest.StartAsync(
            ("Nexus:Hub:Authentication:SecretsById:old", "the old one"), ("Nexus:Hub:Authentication:SecretsById:new", "the new one"));
        foreach (var (kid, secret, accepted) in new[] { ("new", "the new one", true), ("old", "the old one", true), ("other", "the old one", true), ("new", "the old one", false), ("new", TestToken.Secret, false) })
        {
            await using var peer = await BackendPeer.UpgradeAsync(hub);
            await peer.Socket.SendTextAsync(Compact($$"""{"alg":"HS256","kid":"{{kid}}"}""", TestToken.Claims("app.test"), signed => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)));
            if (accepted) await peer.ReceiveNonceAsync();
            else Assert.Equal(1008, (await peer.ReceiveCloseAsync()).CloseCode);
        }
    }

    [Fact]
    public async Task Secrets_Reloaded_CountFromTheNextTokenOn()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var before = await BackendPeer.LoginAsync(hub, "app.test");
        hub.Reload(("Nexus:Hub:Authentication:Secret", "a new secret"));
        await hub.LoggedAsync("CurrentAuthentication", 2);
        await RefusedAsync(hub, TestToken.Sign(TestToken.Claims("app.test")), "bad_signature");
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendTextAsync(TestToken.Sign(TestToken.Claims("app.test"), "a new secret"));
        await peer.ReceiveNonceAsync();
        await before.SettleAsync();
    }

    [Theory]
    [InlineData("RequireExpiry", "true", null, "expiry_missing")]
    [InlineData("RequireExpiry", "true", 60, null)]
    [InlineData("MaxTokenLifetime", "00:01:00", null, "expiry_missing")]
    [InlineData("MaxTokenLifetime", "00:01:00", 60, null)]
    [InlineData("MaxTokenLifetime", "00:01:00", 61, "lifetime_too_long")]
    [InlineData("RequireExpiry", "false", null, null)]
    public async Task FirstToken_ExpiryAsThisHubWantsIt_IsRequired(string option, string value, int? expires, string? word)
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(($"Nexus:Hub:Authentication:{option}", value));
        var now = hub.Time.GetUtcNow().ToUnixTimeSeconds();
        var token = TestToken.Sign(new(TestToken.Claims("app.test")) { ["exp"] = expires is { } seconds ? now + seconds : null });
        if (word is not null)
        {
            await RefusedAsync(hub, token, word);
            return;
        }

        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendTextAsync(token);
        await peer.ReceiveNonceAsync();
    }

    private static async Task ReadAgainAsync(HubUnderTest hub)
    {
        await hub.Time.WaitForTimerAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
        hub.Time.Advance(TimeSpan.FromMinutes(5));
    }

    private static async Task LoginAsync(HubUnderTest hub, ECDsa key, string kid)
    {
        var before = hub.Metrics.Sum("nexus.hub.handshakes", ("outcome", "accepted"));
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendTextAsync(Sign(key, kid, TestToken.Claims("app.test")));
        var nonce = await peer.ReceiveNonceAsync();
        await peer.Socket.SendTextAsync(Sign(key, kid, new(TestToken.Claims("app.test")) { ["session_nonce"] = nonce }));
        await hub.Metrics.WaitForSumAsync("nexus.hub.handshakes", before + 1, ("outcome", "accepted"));
    }

    private static async Task RefusedAsync(HubUnderTest hub, string token, string word)
    {
        var before = hub.Metrics.Sum("nexus.hub.handshakes", ("refusal", word));
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendTextAsync(token);
        Assert.Equal(1008, (await peer.ReceiveCloseAsync()).CloseCode);
        await hub.Metrics.WaitForSumAsync("nexus.hub.handshakes", before + 1, ("refusal", word));
    }

    private static string Sign(ECDsa key, string kid, Dictionary<string, object?> claims) =>
        Compact($$"""{"alg":"ES256","kid":"{{kid}}"}""", claims, signed => key.SignData(signed, HashAlgorithmName.SHA256));

    private static string Compact(string header, Dictionary<string, object?> claims, Func<byte[], byte[]> sign)
    {
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Set(params (ECDsa Key, string Kid)[] keys) => JsonSerializer.Serialize(new
    {
        keys = keys.Select(key =>
        {
            var point = key.Key.ExportParameters(false).Q;
            return new { kty = "EC", crv = "P-256", kid = key.Kid, x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y) };
        }),
    });
}
