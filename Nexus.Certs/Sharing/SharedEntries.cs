using Microsoft.Extensions.Options;
using Nexus.Redis;
using StackExchange.Redis;

namespace Nexus.Certs.Sharing;

/// <summary>
/// What several Certs share in Redis: sealed texts by name, and the lease of the one that issues. The only class that talks to it. Every call ends in
/// time, and fails with <see cref="SharedStoreException"/> or <see cref="WrongSealingKeyException"/>.
/// </summary>
internal sealed class SharedEntries(IOptions<SharingOptions> options, TimeProvider time) : IDisposable
{
    private const string Lease = "lease";

    private readonly SharingOptions _options = options.Value;
    private readonly Lazy<SealingKey> _key = new(() => SealingKey.Read(options.Value.KeyFile ?? ""));
    private readonly SemaphoreSlim _connecting = new(1);
    private volatile ConnectionMultiplexer? _redis;

    public string Describe(string name) => $"{RedisAddress.Describe(_options.Redis)} {KeyOf(name)}";

    public async Task<string?> TryReadAsync(string name, CancellationToken cancellationToken) =>
        Open(name, await CallAsync(redis => redis.StringGetAsync(KeyOf(name)), cancellationToken));

    public Task WriteAsync(string name, string text, TimeSpan? lifetime, CancellationToken cancellationToken) =>
        CallAsync(redis => redis.StringSetAsync(KeyOf(name), _key.Value.Seal(name, text), lifetime), cancellationToken);

    public Task<bool> TryCreateAsync(string name, string text, TimeSpan? lifetime, CancellationToken cancellationToken) =>
        CallAsync(redis => redis.StringSetAsync(KeyOf(name), _key.Value.Seal(name, text), lifetime, When.NotExists), cancellationToken);

    /// <summary>Of several who try at once one gets it.</summary>
    public async Task<string?> TryTakeAsync(string name, CancellationToken cancellationToken) => Open(name, await CallAsync(
        async redis =>
        {
            var both = redis.CreateTransaction();
            var text = both.StringGetAsync(KeyOf(name));
            var gone = both.KeyDeleteAsync(KeyOf(name));
            if (!await both.ExecuteAsync()) return RedisValue.Null;
            await gone;
            return await text;
        },
        cancellationToken));

    public Task DeleteAsync(string name, CancellationToken cancellationToken) => CallAsync(redis => redis.KeyDeleteAsync(KeyOf(name)), cancellationToken);

    public Task<bool> TryAcquireAsync(string owner, CancellationToken cancellationToken) =>
        CallAsync(redis => redis.StringSetAsync(KeyOf(Lease), owner, _options.Lease, When.NotExists), cancellationToken);

    /// <summary>False when the lease is not the owner's any more.</summary>
    public Task<bool> TryRenewAsync(string owner, CancellationToken cancellationToken) =>
        CallAsync(redis => IfOwnedAsync(redis, owner, held => held.KeyExpireAsync(KeyOf(Lease), _options.Lease)), cancellationToken);

    public Task ReleaseAsync(string owner, CancellationToken cancellationToken) =>
        CallAsync(redis => IfOwnedAsync(redis, owner, held => held.KeyDeleteAsync(KeyOf(Lease))), cancellationToken);

    /// <summary>Writes if the lease is the owner's at that moment; false when it is not.</summary>
    public Task<bool> TryWriteAsOwnerAsync(string owner, string name, string text, CancellationToken cancellationToken) =>
        CallAsync(redis => IfOwnedAsync(redis, owner, held => held.StringSetAsync(KeyOf(name), _key.Value.Seal(name, text))), cancellationToken);

    public void Dispose()
    {
        _redis?.Dispose();
        _connecting.Dispose();
    }

    // WATCH, GET, MULTI … EXEC: whoever takes the lease in between undoes it.
    private async Task<bool> IfOwnedAsync(IDatabase redis, string owner, Func<ITransaction, Task> change)
    {
        var held = redis.CreateTransaction();
        held.AddCondition(Condition.StringEqual(KeyOf(Lease), owner));
        var changed = change(held);
        if (!await held.ExecuteAsync()) return false;
        await changed;
        return true;
    }

    private string KeyOf(string name) => $"{_options.Prefix}:{{certs}}:{name}"; // in braces: one slot of a cluster, or there were no transactions

    private string? Open(string name, RedisValue value) => value.IsNull ? null : _key.Value.Open(name, (string?)value ?? "");

    private async Task<T> CallAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            var redis = _redis ?? await ConnectAsync(cancellationToken);
            return await call(redis.GetDatabase()).WaitAsync(_options.CallTimeout, time, cancellationToken);
        }
        catch (Exception e) when (IsOfRedis(e, cancellationToken))
        {
            throw new SharedStoreException(e.Message, e);
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellationToken)
    {
        await _connecting.WaitAsync(cancellationToken);
        try
        {
            if (_redis is { } present) return present;
            if (!RedisAddress.TryParse(_options.Redis, out var address, out var problem)) throw new SharedStoreException(problem);
            var configuration = address.ToOptions();
            configuration.AbortOnConnectFail = true;
            configuration.ConnectRetry = 1;
            configuration.ConnectTimeout = (int)_options.ConnectTimeout.TotalMilliseconds;
            configuration.SyncTimeout = configuration.ResponseTimeout = (int)_options.CallTimeout.TotalMilliseconds;
            (configuration.TieBreaker, configuration.ConfigurationChannel) = ("", ""); // both are outside our prefix
            if (_options.CertificateAuthorityFile is { } file)
            {
                var trust = new ServerTrust(file);
                configuration.CertificateValidation += (_, certificate, chain, errors) => trust.IsTrusted(certificate, chain, errors);
            }

            await RedisKnock.KnockAsync(configuration.EndPoints, _options.ConnectTimeout, time);
            return _redis = await ConnectionMultiplexer.ConnectAsync(configuration);
        }
        finally
        {
            _connecting.Release();
        }
    }

    private static bool IsOfRedis(Exception error, CancellationToken cancellationToken) => error switch
    {
        RedisException or RedisCommandException or TimeoutException or ObjectDisposedException or System.Net.Sockets.SocketException => true,
        OperationCanceledException => !cancellationToken.IsCancellationRequested, // by the client library
        _ => false,
    };
}
