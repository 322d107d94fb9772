using System.Runtime.Versioning;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Nexus.Certs.Sharing;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Tests.Sharing;

/// <summary>What replicas do to each other in a real Redis.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SharedEntriesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RedisKind.Redis)]
    [InlineData(RedisKind.Garnet)]
    public async Task Lease_Lost_ItsFormerHolderNeitherWritesNorRenewsNorReleases(RedisKind kind)
    {
        await using var redis = await RedisUnderTest.StartAsync(kind);
        using var entries = Open(redis);
        Assert.True(await entries.TryAcquireAsync("one", Cancellation));
        Assert.False(await entries.TryAcquireAsync("two", Cancellation));
        Assert.True(await entries.TryRenewAsync("one", Cancellation));
        Assert.True(await entries.TryWriteAsOwnerAsync("one", "account", "of one", Cancellation));

        // As when it was frozen for longer than the lease.
        await redis.SendAsync("DEL", "nexus:{certs}:lease");
        Assert.True(await entries.TryAcquireAsync("two", Cancellation));
        Assert.False(await entries.TryWriteAsOwnerAsync("one", "account", "of one, late", Cancellation));
        Assert.False(await entries.TryRenewAsync("one", Cancellation));
        await entries.ReleaseAsync("one", Cancellation);
        Assert.True(await entries.TryWriteAsOwnerAsync("two", "account", "of two", Cancellation));
        Assert.Equal("of two", await entries.TryReadAsync("account", Cancellation));
        await entries.ReleaseAsync("two", Cancellation);
        Assert.True(await entries.TryAcquireAsync("one", Cancellation));
    }

    [Theory]
    [InlineData(RedisKind.Redis)]
    [InlineData(RedisKind.Garnet)]
    public async Task Text_TakenByMany_IsGivenToOne(RedisKind kind)
    {
        await using var redis = await RedisUnderTest.StartAsync(kind);
        using var entries = Open(redis);
        using var others = Open(redis);
        Assert.True(await entries.TryCreateAsync("join-a", "hub", TimeSpan.FromMinutes(1), Cancellation));
        Assert.False(await others.TryCreateAsync("join-a", "edge", TimeSpan.FromMinutes(1), Cancellation));
        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? entries : others).TryTakeAsync("join-a", Cancellation))).BoundedAsync();
        Assert.Equal("hub", Assert.Single(taken, text => text is not null));
    }

    [Fact]
    public async Task Text_PutInThePlaceOfAnother_IsNotTakenForIt()
    {
        await using var redis = await RedisUnderTest.StartAsync(RedisKind.Redis);
        using var entries = Open(redis);
        await entries.WriteAsync("join-a", "hub", TimeSpan.FromMinutes(1), Cancellation);
        await redis.SendAsync("SET", "nexus:{certs}:join-b", await redis.SendAsync("GET", "nexus:{certs}:join-a") as string ?? "");
        await Assert.ThrowsAsync<WrongSealingKeyException>(() => entries.TryReadAsync("join-b", Cancellation));
        await Assert.ThrowsAsync<WrongSealingKeyException>(() => entries.TryTakeAsync("join-b", Cancellation));
    }

    [Fact]
    public async Task Redis_NotThere_FailsInTime_AndServesWhenItIs()
    {
        await using var redis = await RedisUnderTest.StartAsync(RedisKind.Redis);
        await redis.KillAsync();
        using var entries = Open(redis);
        await Assert.ThrowsAsync<SharedStoreException>(() => entries.TryReadAsync("account", Cancellation).BoundedAsync());
        await redis.StartAsync();
        Assert.Null(await entries.TryReadAsync("account", Cancellation));
    }

    public void Dispose() => _folder.Dispose();

    private SharedEntries Open(RedisUnderTest redis)
    {
        var file = _folder.PathOf("sealing.key");
        if (!File.Exists(file)) File.WriteAllText(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        File.SetUnixFileMode(file, PrivateFiles.OwnerOnly);
        return new(Options.Create(new SharingOptions { KeyFile = file, Redis = redis.ConnectionString }), TimeProvider.System);
    }
}
