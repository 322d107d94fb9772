using System.Net;
using System.Threading.Channels;
using Nexus.Protocol.Backend;

namespace Nexus.Hub.Authentication;

/// <summary>
/// The public keys by which tokens are believed, read from a file or an address now and then, and sooner when a token names a key that
/// is not there. Keys that cannot be read again stay.
/// </summary>
internal sealed class KeySet(CurrentAuthentication current, AuthorizerHttp http, AuthenticationMetrics metrics, TimeProvider time, ILogger<KeySet> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_readLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long a token waits for a new reading: its backend waits 15 s for an answer.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <summary>Strangers can name unknown keys as often as they like.</summary>
    private static readonly TimeSpan s_leastInterval = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile IReadOnlyList<PublicTokenKey> _keys = [];
    private TaskCompletionSource _reading = new(TaskCreationOptions.RunContinuationsAsynchronously); // of the first one, which is under way
    private bool _isReading = true;
    private long _lastRead;

    /// <summary>Perhaps none yet; null when public keys are switched off.</summary>
    public IReadOnlyList<PublicTokenKey>? Keys => current.Value.HasKeySet ? _keys : null;

    /// <summary>A key is missing: waits for the reading that is under way, or for a new one unless the last is too fresh.</summary>
    /// <returns>Whether there was one to wait for.</returns>
    public async Task<bool> TryRefreshAsync(CancellationToken cancellationToken)
    {
        Task reading;
        lock (_gate)
        {
            if (!_isReading && time.GetElapsedTime(_lastRead) < s_leastInterval) return false;
            reading = Begin();
        }

        _wanted.Writer.TryWrite(true);
        await reading.WaitAsync(s_patience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        current.Changed += OnChanged;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                lock (_gate) Begin();
                if (current.Value.HasKeySet) await ReadAsync(stoppingToken);
                lock (_gate)
                {
                    _isReading = false;
                    _lastRead = time.GetTimestamp();
                    _reading.TrySetResult();
                }

                await WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The hub stops.
        }
        finally
        {
            current.Changed -= OnChanged;
        }
    }

    private void OnChanged() => _wanted.Writer.TryWrite(true);

    private Task Begin()
    {
        if (!_isReading) _reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _isReading = true;
        return _reading.Task;
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        using var due = new CancellationTokenSource(current.Value.Options.JwksRefreshInterval, time);
        using var link = CancellationTokenSource.CreateLinkedTokenSource(due.Token, stoppingToken);
        try
        {
            await _wanted.Reader.ReadAsync(link.Token);
        }
        catch (OperationCanceledException) when (due.IsCancellationRequested && !stoppingToken.IsCancellationRequested)
        {
            // It is time.
        }
    }

    private async Task ReadAsync(CancellationToken stoppingToken)
    {
        using var limit = new CancellationTokenSource(s_readLimit, time);
        using var link = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        var result = KeySetRefresh.Unreachable;
        try
        {
            var document = await FetchAsync(current.Value.Options, link.Token);
            result = document is not null && JsonWebKeySet.TryRead(document, out var keys, out var passedOver) ? Use(keys, passedOver) : KeySetRefresh.NoKeySet;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            // It stays "unreachable".
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !stoppingToken.IsCancellationRequested)
        {
            // It stays "unreachable".
        }

        metrics.KeySetRead(result);
        if (result != KeySetRefresh.Read) AuthenticationLog.KeySetNotRead(logger, result, _keys.Count);
    }

    private KeySetRefresh Use(IReadOnlyList<PublicTokenKey> keys, int passedOver)
    {
        var before = _keys;
        _keys = keys;
        if (!before.Select(key => key.Id).SequenceEqual(keys.Select(key => key.Id))) AuthenticationLog.KeySetChanged(logger, keys.Count, passedOver);
        return KeySetRefresh.Read;
    }

    /// <summary>Null when it is too large.</summary>
    private async Task<byte[]?> FetchAsync(AuthenticationOptions options, CancellationToken cancellationToken)
    {
        if (options.JwksFile is { } file)
        {
            await using var stream = File.OpenRead(file);
            return await BoundedContent.ReadAsync(stream, JsonWebKeySet.MaxSize, cancellationToken);
        }

        using var response = await http.KeySet.GetAsync(options.JwksUrl, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK) throw new HttpRequestException("The status is not 200.");
        return await BoundedContent.ReadAsync(await response.Content.ReadAsStreamAsync(cancellationToken), JsonWebKeySet.MaxSize, cancellationToken);
    }
}
