using Nexus.Client.Attestation;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Attestation;

public sealed class CachedTokenProviderTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedTokens _tokens = new();

    [Fact]
    [Statement("client 62")]
    public async Task Handshake_WithinTheTime_IsUsedAgain()
    {
        var cache = new CachedTokenProvider(_tokens, TimeSpan.FromSeconds(10), _time);
        _tokens.Answer(new NexusToken("a"), new NexusToken("b"));
        Assert.Equal("a", await GetAsync(cache));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("a", await GetAsync(cache));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("b", await GetAsync(cache));
    }

    [Fact]
    [Statement("client 62")]
    public async Task Handshake_TokenEndsEarlier_IsNotUsedAgainNearItsEnd()
    {
        var cache = new CachedTokenProvider(_tokens, TimeSpan.FromSeconds(60), _time);
        _tokens.Answer(new NexusToken("a", _time.GetUtcNow() + TimeSpan.FromSeconds(10)), new NexusToken("b"));
        Assert.Equal("a", await GetAsync(cache));
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal("b", await GetAsync(cache));
    }

    [Fact]
    [Statement("client 63")]
    public async Task Handshake_Rejected_IsForgotten()
    {
        var cache = new CachedTokenProvider(_tokens, TimeSpan.FromSeconds(60), _time);
        _tokens.Answer(new NexusToken("a"), new NexusToken("b"));
        Assert.Equal("a", await GetAsync(cache));
        cache.Rejected(NexusTokenStage.Handshake, "no");
        Assert.Equal("b", await GetAsync(cache));
    }

    [Theory]
    [InlineData(NexusTokenStage.Attest)]
    [InlineData(NexusTokenStage.Reauth)]
    [Statement("client 62")]
    public async Task OtherStages_AreNeverCached(NexusTokenStage stage)
    {
        var cache = new CachedTokenProvider(_tokens, TimeSpan.FromSeconds(60), _time);
        _tokens.Answer(new NexusToken("a"), new NexusToken("b"));
        Assert.Equal("a", await GetAsync(cache, stage));
        Assert.Equal("b", await GetAsync(cache, stage));
    }

    [Theory]
    [InlineData(30, 0, 30)]
    [InlineData(30, 10, 8)]
    [InlineData(5, 10, 5)]
    [InlineData(30, 1, -1)]
    public void Lifetime_IsShorterThanTheAgeThatTheHubAccepts(int cache, int maxAge, int expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), CachedTokenProvider.LifetimeFrom(new() { CacheHandshakeSeconds = cache, HandshakeMaxAgeSeconds = maxAge }));

    private static async Task<string> GetAsync(CachedTokenProvider cache, NexusTokenStage stage = NexusTokenStage.Handshake) =>
        (await cache.GetTokenAsync(new() { Stage = stage, BackendName = "b", Hostnames = [], TcpPorts = [], UdpRoutes = [], Weight = 1 }, TestContext.Current.CancellationToken)).Value;
}
