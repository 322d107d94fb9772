using System.Diagnostics.Metrics;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Nexus.Client.Attestation;
using Nexus.Client.Configuration;
using Nexus.Client.LocalRouting;
using Nexus.Client.Sessions;

namespace Nexus.Client;

/// <summary>
/// One backend: keeps a session to each of its hubs and serves the users that they announce. The addresses are independent of
/// each other; a failed one is dialled again for ever, at most 60 s apart.
/// </summary>
/// <remarks>Starts once and stops once; its members may be used from any thread.</remarks>
public sealed class NexusClient : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _drainTimeout;
    private readonly Meter? _ownMeter;
    private readonly ClientMetrics _metrics;
    private readonly EventFeed _events;
    private readonly AddressLoop[] _loops;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _deadline;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _running;

    /// <summary>Takes a copy of the options; nothing is dialled yet.</summary>
    /// <param name="options">The backend.</param>
    /// <param name="services">What it works with; null for the defaults.</param>
    /// <exception cref="OptionsValidationException">The options are wrong; every error is in it.</exception>
    /// <exception cref="NexusTokenException">The secret's file cannot be read, or is empty.</exception>
    public NexusClient(NexusBackendOptions options, NexusClientServices? services = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        services ??= new();
        var errors = options.Validate(hasTokenProvider: services.TokenProvider is not null, hasConnectHandler: services.ConnectHandlers.Count > 0);
        if (errors.Count > 0) throw new OptionsValidationException(options.Name, typeof(NexusBackendOptions), errors.Select(error => error.ToString()));

        _time = services.TimeProvider;
        _deadline = new(Timeout.InfiniteTimeSpan, _time);
        _drainTimeout = options.Transport.DrainTimeout;
        var backend = BackendDefinition.From(options);
        Name = backend.Name;
        _ownMeter = services.MeterFactory is null ? new(ClientMetrics.MeterName) : null;
        _metrics = new(_ownMeter ?? services.MeterFactory?.Create(ClientMetrics.MeterName) ?? new(ClientMetrics.MeterName), backend.Name);
        _events = new(_metrics, _time);
        _loops = [.. options.NexusAddresses.Select(address => CreateLoop(address, backend, options, services))];
    }

    /// <summary>Name of the backend.</summary>
    public string Name { get; }

    /// <summary>The state of each address, in the order of the options.</summary>
    public IReadOnlyList<NexusSessionInfo> Sessions => [.. _loops.Select(loop => loop.Info)];

    /// <summary>Starts dialling all addresses. Returns at once, whether or not a hub answers.</summary>
    /// <exception cref="InvalidOperationException">The client was started or stopped before.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_running is not null || _stopping.IsCancellationRequested) throw new InvalidOperationException("A client starts only once.");
            _running = Task.WhenAll(_loops.Select(loop => Task.Run(() => loop.RunAsync(_stopping.Token, _deadline.Token), CancellationToken.None)));
        }

        NetworkChange.NetworkAvailabilityChanged += OnNetworkAvailability;
        NetworkChange.NetworkAddressChanged += OnNetworkAddress;
        return Task.CompletedTask;
    }

    /// <summary>Waits until at least one address is <see cref="NexusSessionState.Connected"/>.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired, or the client was stopped.</exception>
    public async Task WaitUntilConnectedAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (_loops.Any(loop => loop.Info.State == NexusSessionState.Connected)) return;
            if (_stopping.IsCancellationRequested) throw new OperationCanceledException("The client was stopped.");
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Leaves all hubs in order: new users are refused, running streams may finish within <see cref="NexusTransportOptions.DrainTimeout"/>,
    /// streams with nothing under way are ended. Returns when all is closed.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting for running streams; the client is stopped all the same.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        Task? running;
        lock (_lock) running = _running;
        NetworkChange.NetworkAvailabilityChanged -= OnNetworkAvailability;
        NetworkChange.NetworkAddressChanged -= OnNetworkAddress;
        using var registration = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _deadline);
        if (!_stopping.IsCancellationRequested)
        {
            _deadline.CancelAfter(_drainTimeout);
            await _stopping.CancelAsync().ConfigureAwait(false);
            Changed();
        }

        if (running is not null) await running.ConfigureAwait(false);
        _events.Complete();
    }

    /// <summary>Counts so far.</summary>
    public NexusClientStatistics GetStatistics() => _metrics.Snapshot();

    /// <summary>
    /// What happens from now on, until the client is stopped. A watcher that does not keep up loses the oldest of its 256 waiting events;
    /// it never slows the client.
    /// </summary>
    public IAsyncEnumerable<NexusClientEvent> WatchEventsAsync(CancellationToken cancellationToken = default) => _events.Watch(cancellationToken);

    /// <summary>Stops the client as <see cref="StopAsync"/> does, then frees what it holds.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _ownMeter?.Dispose();
        _stopping.Dispose();
        _deadline.Dispose();
    }

    private AddressLoop CreateLoop(string text, BackendDefinition backend, NexusBackendOptions options, NexusClientServices services)
    {
        if (!HubAddress.TryParse(text, out var address, out var problem)) throw new ArgumentException(problem, nameof(text));
        var logger = services.LoggerFactory.CreateLogger<NexusClient>();
        // Each address has its own provider and so its own cached token: a rejection at one hub says nothing about the other.
        var provider = services.TokenProvider ?? TokenProviders.Create(options.Attestation, logger, _time);
        return new(
            address,
            backend,
            new HubDialer(address, options.Transport, _time),
            new StreamRouter(PortMappingTable.Create(options.PortMappings), [.. services.ConnectHandlers], logger),
            new TokenSource(backend, provider, _metrics, _time),
            new SessionTelemetry(address.Uri, logger, _metrics, _events),
            _time,
            Changed);
    }

    private void Changed() => Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private void OnNetworkAvailability(object? sender, NetworkAvailabilityEventArgs e)
    {
        if (e.IsAvailable) OnNetworkAddress(sender, e);
    }

    private void OnNetworkAddress(object? sender, EventArgs e)
    {
        foreach (var loop in _loops) loop.NetworkReturned();
    }
}
