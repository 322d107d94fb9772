using StackExchange.Redis;

namespace Nexus.Mesh.Store;

/// <summary>
/// One connection to Redis, from its making to its first serious error: the only class that talks to it. Every call ends within
/// <see cref="StoreOptions.CallTimeout"/>, and fails with <see cref="StoreException"/> only. What is under way when a session is given
/// up goes with it, so that nothing queues for a Redis that does not answer.
/// </summary>
internal sealed class RedisSession : IAsyncDisposable
{
    private const int ScanCount = 1_000;

    private readonly ConnectionMultiplexer _redis;
    private readonly IDatabase _database;
    private readonly StoreOptions _options;
    private readonly StoreMetrics _metrics;
    private readonly TimeProvider _time;

    private RedisSession(ConnectionMultiplexer redis, StoreOptions options, StoreMetrics metrics, TimeProvider time)
    {
        (_redis, _options, _metrics, _time) = (redis, options, metrics, time);
        _database = redis.GetDatabase();
        redis.ConnectionFailed += (_, _) => Disturbed?.Invoke();
        redis.ConnectionRestored += (_, _) => Disturbed?.Invoke();
    }

    /// <summary>A connection broke or was made anew: messages may have been lost. Called on the client library's threads.</summary>
    public event Action? Disturbed;

    public static async Task<RedisSession> ConnectAsync(RedisAddress address, string clientName, StoreOptions options, StoreMetrics metrics, TimeProvider time)
    {
        var configuration = address.ToOptions();
        configuration.AbortOnConnectFail = true;
        configuration.ConnectRetry = 1;
        configuration.ConnectTimeout = (int)options.ConnectTimeout.TotalMilliseconds;
        configuration.SyncTimeout = (int)options.CallTimeout.TotalMilliseconds;
        configuration.ResponseTimeout = (int)options.CallTimeout.TotalMilliseconds;
        configuration.ClientName ??= clientName;
        // Neither its vote on who takes writes nor its channel for that: both are outside our prefix.
        configuration.TieBreaker = "";
        configuration.ConfigurationChannel = "";
        if (options.CertificateAuthorityFile is { } file)
        {
            var trust = new ServerTrust(file);
            configuration.CertificateValidation += (_, certificate, chain, errors) => trust.IsTrusted(certificate, chain, errors);
        }

        try
        {
            await RedisKnock.KnockAsync(configuration.EndPoints, options.ConnectTimeout, time);
            return new RedisSession(await ConnectionMultiplexer.ConnectAsync(configuration), options, metrics, time);
        }
        catch (Exception ex) when (StoreFailureText.Of(ex) is { } failure)
        {
            throw Describe(failure, "connect", ex);
        }
    }

    public async Task SubscribeAsync(string channel, Action<string> received)
    {
        var subscribing = _redis.GetSubscriber().SubscribeAsync(ChannelOf(channel), (_, message) => received((string?)message ?? ""));
        await BoundedAsync("SUBSCRIBE", subscribing);
    }

    public Task PublishAsync(string channel, string message) => CallAsync("PUBLISH", channel, message);

    /// <summary>Null when there is no such key or field, or the key holds something else.</summary>
    public async Task<string?> GetFieldAsync(string key, string field) => await TryCallAsync("HGET", (RedisKey)key, field) is { } value ? (string?)value : null;

    /// <param name="key">The hash.</param>
    /// <param name="fieldsAndValues">In turns. All are written, or none.</param>
    public Task SetFieldsAsync(string key, IEnumerable<string> fieldsAndValues) => CallAsync("HSET", [(RedisKey)key, .. fieldsAndValues]);

    public Task RemoveFieldsAsync(string key, IEnumerable<string> fields) => CallAsync("HDEL", [(RedisKey)key, .. fields]);

    /// <summary>Calls back for all fields of the hash, some of them perhaps twice; those that change meanwhile as they were or as they are.</summary>
    public async Task ScanAsync(string key, Action<string, string> found)
    {
        var cursor = "0";
        do
        {
            var answer = (RedisResult[])await CallAsync("HSCAN", (RedisKey)key, cursor, "COUNT", ScanCount);
            var fields = (string[])answer[1];
            for (var i = 0; i + 1 < fields.Length; i += 2) found(fields[i], fields[i + 1]);
            cursor = (string)answer[0];
        }
        while (cursor != "0");
    }

    /// <summary>False when there is no such key.</summary>
    public async Task<bool> ExpireAsync(string key, TimeSpan lifetime) => (int)await CallAsync("PEXPIRE", (RedisKey)key, (long)lifetime.TotalMilliseconds) == 1;

    /// <summary>How long the key will live; zero when it is not there, null when it has no end.</summary>
    public async Task<TimeSpan?> LifetimeAsync(string key) => (long)await CallAsync("PTTL", (RedisKey)key) switch
    {
        -1 => null,
        < 0 => TimeSpan.Zero,
        var milliseconds => TimeSpan.FromMilliseconds(milliseconds),
    };

    public Task DeleteAsync(string key) => CallAsync("DEL", (RedisKey)key);

    public Task SetAsync(string key, string value, TimeSpan lifetime) => CallAsync("SET", (RedisKey)key, value, "PX", (long)lifetime.TotalMilliseconds);

    /// <summary>Null when there is no such key, or it holds something else.</summary>
    public async Task<string?> GetAsync(string key) => await TryCallAsync("GET", (RedisKey)key) is { } value ? (string?)value : null;

    /// <summary>Adds to a set; a key that holds something else is thrown away first.</summary>
    public async Task AddToSetAsync(string key, string member)
    {
        if (await TryCallAsync("SADD", (RedisKey)key, member) is not null) return;
        await DeleteAsync(key);
        await CallAsync("SADD", (RedisKey)key, member);
    }

    /// <summary>False also when the key holds something else.</summary>
    public async Task<bool> IsInSetAsync(string key, string member) => await TryCallAsync("SISMEMBER", (RedisKey)key, member) is { } answer && (int)answer == 1;

    public Task RemoveFromSetAsync(string key, string member) => TryCallAsync("SREM", (RedisKey)key, member);

    /// <summary>None when the key holds something else.</summary>
    public async Task<string[]> MembersOfSetAsync(string key) => await TryCallAsync("SMEMBERS", (RedisKey)key) is { } answer ? (string[])answer : [];

    public async ValueTask DisposeAsync()
    {
        // Not with the farewell that it waits for otherwise: what is under way has failed already, or nobody waits for it.
        await _redis.CloseAsync(allowCommandsToComplete: false);
        _redis.Dispose();
    }

    private static RedisChannel ChannelOf(string channel) => new(channel, RedisChannel.PatternMode.Literal);

    private static StoreException Describe(StoreFailure failure, string command, Exception error) => new(failure, $"{command}: {error.Message}", error);

    private async Task<RedisResult> CallAsync(string command, params object[] arguments)
    {
        _metrics.CommandSent();
        var call = RunAsync();
        await BoundedAsync(command, call);
        return await call;

        // Async, so that what the library throws instead of giving it to the task goes the same way.
        async Task<RedisResult> RunAsync() => await _database.ExecuteAsync(command, arguments, CommandFlags.DemandMaster);
    }

    /// <summary>Null when the key holds something that the command is not for.</summary>
    private async Task<RedisResult?> TryCallAsync(string command, params object[] arguments)
    {
        try
        {
            return await CallAsync(command, arguments);
        }
        catch (StoreException ex) when (ex.Failure == StoreFailure.WrongType)
        {
            return null;
        }
    }

    private async Task BoundedAsync(string command, Task call)
    {
        try
        {
            await call.WaitAsync(_options.CallTimeout, _time);
        }
        catch (Exception ex) when (StoreFailureText.Of(ex) is { } failure)
        {
            throw Describe(failure, command, ex);
        }
    }
}
