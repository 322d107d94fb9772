using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Nexus.Client.Attestation;
using Nexus.Testing;

namespace Nexus.Client.Tests.Attestation;

public sealed class HmacTokenProviderTests
{
    private const string HandshakeVector = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJob3N0bmFtZXMiOlsiaW1hcC5leGFtcGxlLmNvbSJdLCJ3ZWlnaHQiOjEsImhhbmRzaGFrZV9tYXhfYWdlX3NlY29uZHMiOjUsInJlYXV0aF9pbnRlcnZhbF9zZWNvbmRzIjo5MDAsInJlYXV0aF9ncmFjZV9zZWNvbmRzIjoxNSwib3V0Ym91bmRfYWxsb3dlZCI6dHJ1ZSwiYWxsb3dlZF9vdXRib3VuZF9wb3J0cyI6WzI1LDQ2NSw1ODddLCJpc3MiOiJhdXRob3JpemVyIiwic3ViIjoiZW1haWwtc2VydmVyIiwiYXVkIjpbIm5leHVzIl0sImV4cCI6MTcwMDAwMDA0NSwiaWF0IjoxNzAwMDAwMDAwfQ.fAIbPz9lClF45a2gMYxiSpwk9mHAU5CCSL3aL-G9oTU";
    private const string AttestVector = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJob3N0bmFtZXMiOlsiaW1hcC5leGFtcGxlLmNvbSJdLCJ3ZWlnaHQiOjEsInNlc3Npb25fbm9uY2UiOiJBQUVDQXdRRkJnY0lDUW9MREEwT0R4QVJFaE1VRlJZWEdCa2FHeHdkSGg4IiwicmVhdXRoX2ludGVydmFsX3NlY29uZHMiOjkwMCwicmVhdXRoX2dyYWNlX3NlY29uZHMiOjE1LCJvdXRib3VuZF9hbGxvd2VkIjp0cnVlLCJhbGxvd2VkX291dGJvdW5kX3BvcnRzIjpbMjUsNDY1LDU4N10sImlzcyI6ImF1dGhvcml6ZXIiLCJzdWIiOiJlbWFpbC1zZXJ2ZXIiLCJhdWQiOlsibmV4dXMiXSwiZXhwIjoxNzAwMDAwMDQ1LCJpYXQiOjE3MDAwMDAwMDB9.LD3q9BAgbeQM5fC-4v2QNCxdAH6aBFlBIaJFNHA6z34";

    [Theory]
    [InlineData(NexusTokenStage.Handshake, null, HandshakeVector)]
    [InlineData(NexusTokenStage.Attest, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", AttestVector)]
    [Statement("client 64")]
    public async Task Token_OfTheRecordedVectors_IsReproducedByteForByte(NexusTokenStage stage, string? nonce, string expected)
    {
        var time = new ManualTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        var options = new NexusAttestationOptions { HmacSecret = "secret", TokenTtlSeconds = 45, HandshakeMaxAgeSeconds = 5, ReauthIntervalSeconds = 900, ReauthGraceSeconds = 15 };
        var provider = new HmacTokenProvider(options, _ => new(HmacSecret.Read(options)), time);
        var request = CreateRequest(stage, nonce) with { OutboundAllowed = true, AllowedOutboundPorts = [25, 465, 587] };
        Assert.Equal(expected, (await provider.GetTokenAsync(request, TestContext.Current.CancellationToken)).Value);
    }

    [Fact]
    [Statement("client 66", "client 67")]
    public async Task Claims_NotConfigured_AreLeftOutButForTheWeight()
    {
        using var claims = await ReadClaimsAsync(new() { HmacSecret = "s" }, CreateRequest(NexusTokenStage.Handshake, null) with { AllowedOutboundPorts = [25] });
        Assert.Equal(["hostnames", "weight", "iss", "sub", "aud", "exp", "iat"], claims.RootElement.EnumerateObject().Select(claim => claim.Name));
        Assert.Equal(30, claims.RootElement.GetProperty("exp").GetInt64() - claims.RootElement.GetProperty("iat").GetInt64());
    }

    [Fact]
    public async Task Claims_UdpRoutes_KeepATimeoutOfZeroApartFromNone()
    {
        var request = CreateRequest(NexusTokenStage.Handshake, null) with { UdpRoutes = [new() { Port = 53, FlowIdleTimeoutSeconds = 0 }, new() { Port = 67 }] };
        using var claims = await ReadClaimsAsync(new() { HmacSecret = "s" }, request);
        Assert.Equal("""[{"port":53,"flow_idle_timeout_seconds":0},{"port":67}]""", claims.RootElement.GetProperty("udp_routes").GetRawText());
    }

    [Fact]
    [Statement("client 66")]
    public async Task Claims_MaxAge_IsOnlyInTheHandshake()
    {
        using var claims = await ReadClaimsAsync(new() { HmacSecret = "s", HandshakeMaxAgeSeconds = 5, PolicyVersion = " 7 " }, CreateRequest(NexusTokenStage.Reauth, "n"));
        Assert.False(claims.RootElement.TryGetProperty("handshake_max_age_seconds", out var _));
        Assert.Equal("n", claims.RootElement.GetProperty("session_nonce").GetString());
        Assert.Equal("7", claims.RootElement.GetProperty("policy_version").GetString());
    }

    [Fact]
    [Statement("client 65")]
    public void Secret_IsTrimmedAndMayBeShort() => Assert.Equal("short!"u8.ToArray(), HmacSecret.Read(new() { HmacSecret = " \tshort!\r\n" }));

    [Fact]
    [Statement("client 65")]
    public async Task Secret_File_WinsAndKeepsEveryByte()
    {
        using var folder = new TemporaryFolder();
        byte[] key = [0xEF, 0xBB, 0xBF, .. "key"u8, 0xFF, 0xFE];
        await File.WriteAllBytesAsync(folder.PathOf("key"), [(byte)' ', .. key, (byte)'\n'], TestContext.Current.CancellationToken);
        Assert.Equal(key, HmacSecret.Read(new() { HmacSecret = "inline", HmacSecretFile = $" {folder.PathOf("key")} " }));
    }

    [Fact]
    public void Secret_FileMissingOrBlank_IsAnError()
    {
        Assert.Throws<NexusTokenException>(() => HmacSecret.Read(new() { HmacSecretFile = "/does/not/exist" }));
        Assert.Throws<NexusTokenException>(() => HmacSecret.Read(new() { HmacSecret = " \n" }));
    }

    [Fact]
    public async Task Secret_FileIsReplaced_TheNextTokenIsSignedWithTheNewOne()
    {
        using var folder = new TemporaryFolder();
        using var logs = new LogCollector();
        await File.WriteAllTextAsync(folder.PathOf("key"), "old", TestContext.Current.CancellationToken);
        var provider = TokenProviders.Create(new() { HmacSecretFile = folder.PathOf("key") }, null, logs.CreateLogger("t"), TimeProvider.System);
        Assert.True(await IsSignedWithAsync(provider, "old"));
        await File.WriteAllTextAsync(folder.PathOf("key"), "new", TestContext.Current.CancellationToken);
        Assert.True(await IsSignedWithAsync(provider, "new"));
        File.Delete(folder.PathOf("key"));
        Assert.True(await IsSignedWithAsync(provider, "new"));
        Assert.Contains(logs.Records, log => log.EventId.Id == 103);
    }

    [Fact]
    public async Task Secret_FromCode_IsAskedForEachToken()
    {
        using var logs = new LogCollector();
        var key = "first";
        var provider = TokenProviders.Create(new(), _ => new(Encoding.UTF8.GetBytes(key)), logs.CreateLogger("t"), TimeProvider.System);
        Assert.True(await IsSignedWithAsync(provider, "first"));
        key = "second";
        Assert.True(await IsSignedWithAsync(provider, "second"));
    }

    [Fact]
    [Statement("client 68")]
    public void Providers_CommandAndSecret_TheCommandIsUsed()
    {
        using var logs = new LogCollector();
        Assert.IsType<CommandTokenProvider>(TokenProviders.Create(new() { Command = "x", HmacSecret = "s" }, null, logs.CreateLogger("t"), TimeProvider.System));
        Assert.IsType<HmacTokenProvider>(TokenProviders.Create(new() { Command = "  ", HmacSecret = "s" }, null, logs.CreateLogger("t"), TimeProvider.System));
        Assert.IsType<CachedTokenProvider>(TokenProviders.Create(new() { HmacSecret = "s", CacheHandshakeSeconds = 5 }, null, logs.CreateLogger("t"), TimeProvider.System));
    }

    private static async Task<bool> IsSignedWithAsync(INexusTokenProvider provider, string key)
    {
        var token = await provider.GetTokenAsync(CreateRequest(NexusTokenStage.Handshake, null), TestContext.Current.CancellationToken);
        var parts = token.Value.Split('.');
        return Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"))) == parts[2];
    }

    private static NexusTokenRequest CreateRequest(NexusTokenStage stage, string? nonce) => new()
    {
        Stage = stage,
        SessionNonce = nonce,
        BackendName = "email-server",
        Hostnames = ["imap.example.com"],
        TcpPorts = [],
        UdpRoutes = [],
        Weight = 1,
    };

    private static async Task<JsonDocument> ReadClaimsAsync(NexusAttestationOptions options, NexusTokenRequest request)
    {
        var token = await new HmacTokenProvider(options, _ => new(HmacSecret.Read(options)), TimeProvider.System).GetTokenAsync(request, TestContext.Current.CancellationToken);
        return JsonDocument.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Value.Split('.')[1])));
    }
}
