using System.Runtime.Versioning;
using System.Security.Cryptography;
using Nexus.Certs.Tests.Public;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Tests.Sharing;

/// <summary>Two Certs processes that share a Redis, at a real authority. Each has a folder of its own, as on two hosts.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class SharedCerts : IAsyncDisposable
{
    private readonly CertsAtAuthority _authority;

    private SharedCerts(CertsAtAuthority authority, RedisUnderTest redis)
    {
        (_authority, Redis) = (authority, redis);
        WriteKey("sealing.key");
        One = authority.Add(Settings("one"));
        Two = authority.Add(Settings("two"));
    }

    public CertsAtAuthority Authority => _authority;

    public RedisUnderTest Redis { get; }

    public ServiceProcess One { get; }

    public ServiceProcess Two { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<SharedCerts> StartAsync(RedisKind kind, PebbleOptions? options = null)
    {
        var redis = await RedisUnderTest.StartAsync(kind);
        return new(await CertsAtAuthority.StartAsync(options), redis);
    }

    /// <summary>Returns when both listen, before either orders.</summary>
    public async Task StartBothAsync()
    {
        One.Start();
        Two.Start();
        await One.WaitUntilHealthyAsync();
        await Two.WaitUntilHealthyAsync();
    }

    /// <summary>The one that issues, once there is one, and the other.</summary>
    public async Task<(ServiceProcess Leader, ServiceProcess Follower)> WaitForLeaderAsync()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var one = One.Process.WaitForLineAsync("issues from now on", stop.Token);
        var two = Two.Process.WaitForLineAsync("issues from now on", stop.Token);
        var first = await Task.WhenAny(one, two);
        await stop.CancelAsync();
        await ((Task)Task.WhenAll(one, two)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
        return first == one ? (One, Two) : (Two, One);
    }

    /// <summary>The settings of one of the replicas.</summary>
    public (string Key, string? Value)[] Settings(string name, string key = "sealing.key") =>
    [
        ("ConnectionStrings__redis", Redis.ConnectionString),
        ("Nexus__Certs__Sharing__KeyFile", _authority.Folder.PathOf(key)),
        ("Nexus__Certs__Sharing__Lease", "00:00:01.5"),
        ("Nexus__Certs__Sharing__LookInterval", "00:00:00.200"),
        ("Nexus__Certs__Acme__StartDelay", "00:00:02"),
        ("Nexus__Certs__Storage__Directory", _authority.Folder.PathOf(name, "certs")),
        ("Nexus__Certs__Acme__CacheDirectory", _authority.Folder.PathOf(name, "acme")),
    ];

    public void WriteKey(string name)
    {
        File.WriteAllText(_authority.Folder.PathOf(name), Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        File.SetUnixFileMode(_authority.Folder.PathOf(name), PrivateFiles.OwnerOnly);
    }

    /// <summary>All that Redis has, as it is there.</summary>
    public async Task<Dictionary<string, string>> DumpAsync()
    {
        var found = new Dictionary<string, string>();
        if (await Redis.SendAsync("KEYS", "*") is not object[] keys) throw new InvalidOperationException("No list.");
        foreach (var key in keys.OfType<string>()) found[key] = await Redis.SendAsync("GET", key) as string ?? "";
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await _authority.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
