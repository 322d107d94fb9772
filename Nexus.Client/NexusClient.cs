using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Nexus.Client.Configuration;
using Nexus.Client.LocalRouting;
using Nexus.Client.Outbound;
using Nexus.Client.Sessions;
using Nexus.Client.Socks5;
using Nexus.Client.Tls;

namespace Nexus.Client;

/// <summary>
/// One backend: keeps a session to each of its hubs and serves the users that they announce. The addresses are independent of
/// each other; a failed one is dialled again for ever, at most 60 s apart.
/// </summary>
/// <remarks>Starts once and stops once; its members may be used from any thread.</remarks>
public sealed class NexusClient : IAsyncDisposable
{
    private const int MaxOutboundHost = 255; // what SOCKS5 can name; a message has little more room

    private readonly Meter? _ownMeter;
    private readonly ClientMetrics _metrics;
    private readonly EventFeed _events;
    private readonly ConnectHandlers _handlers;
    private readonly SessionSet _sessions;
    private readonly AutomaticCertificates _automatic;
    private readonly TargetCertificates _certificates;
    private readonly LoopFactory _loops;
    private readonly OutboundConnector _outbound;
    private readonly Socks5Listener? _socks5;
    private readonly NetworkWatch _network;
    private readonly bool _hasTokenProvider;
    private readonly SemaphoreSlim _changing = new(1); // held while the options, the router and the runs are being changed
    private NexusBackendOptions _options;
    private StreamRouter _router;

    /// <summary>Takes a copy of the options; nothing is dialled yet.</summary>
    /// <param name="options">The backend.</param>
    /// <param name="services">What it works with; null for the defaults.</param>
    /// <exception cref="OptionsValidationException">The options are wrong; every error is in it.</exception>
    /// <exception cref="NexusTokenException">The secret's file cannot be read, or is empty.</exception>
    public NexusClient(NexusBackendOptions options, NexusClientServices? services = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        services ??= new();
        _hasTokenProvider = services.TokenProvider is not null || services.HmacSecret is not null;
        _handlers = new([.. services.ConnectHandlers]);
        Check(options);
        _options = BackendCopy.Of(options);
        Name = options.Name;
        _ownMeter = services.MeterFactory is null ? new(ClientMetrics.MeterName) : null;
        _metrics = new(_ownMeter ?? services.MeterFactory?.Create(ClientMetrics.MeterName) ?? new(ClientMetrics.MeterName), Name, services.TimeProvider);
        _events = new(_metrics, services.TimeProvider);
        _sessions = new(services.TimeProvider);
        var logger = services.LoggerFactory.CreateLogger<NexusClient>();
        var presence = new SessionPresence(() => _sessions.Present.Any(run => run.IsConnected), _sessions.UntilAsync);
        _automatic = new(presence, certificate => { _events.Publish(certificate); _sessions.Changed(); }, logger, services.TimeProvider);
        _automatic.Begin(_options);
        _certificates = new(_automatic, logger, services.TimeProvider);
        _loops = new(services, _handlers, _certificates, _metrics, _events, _sessions.Changed);
        _router = _loops.CreateRouter(_options);
        _sessions.Begin(CreateRuns(_options, _router, present: []));
        _network = new(() => { foreach (var run in _sessions.Present) run.Loop.NetworkReturned(); });
        _outbound = new(() => _sessions.Present.Select(run => run.Loop));
        if (!string.IsNullOrWhiteSpace(_options.Socks5ListenAddr)) _socks5 = new(_options.Socks5ListenAddr, _outbound, services);
    }

    /// <summary>Name of the backend.</summary>
    public string Name { get; }

    /// <summary>Where <see cref="NexusBackendOptions.Socks5ListenAddr"/> is listened on; null when it is not, or not yet.</summary>
    public IPEndPoint? Socks5EndPoint => _socks5?.EndPoint;

    /// <summary>The state of each address, in the order of the options.</summary>
    public IReadOnlyList<NexusSessionInfo> Sessions => [.. _sessions.Present.Select(run => run.Loop.Info)];

    /// <summary>How things stand with each certificate that <see cref="NexusTlsMode.Auto"/> asks for, in the order of the names.</summary>
    public IReadOnlyList<NexusCertificateInfo> Certificates => _automatic.Infos;

    /// <summary>What is stored about each certificate that <see cref="NexusTlsMode.Auto"/> asks for, by whichever process: for a client that does not run. Asks nobody.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public async Task<IReadOnlyList<NexusCertificateInfo>> FindStoredCertificatesAsync(CancellationToken cancellationToken = default) =>
        await _automatic.LookAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Waits until each of <see cref="Certificates"/> is there; returns at once when there are none to wait for.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired, or the client was stopped.</exception>
    public Task WaitUntilCertifiedAsync(CancellationToken cancellationToken = default) =>
        _sessions.UntilAsync(() => Certificates.All(certificate => certificate.State == NexusCertificateState.Present), cancellationToken);

    /// <summary>Starts dialling all addresses. Returns at once, whether or not a hub answers.</summary>
    /// <exception cref="InvalidOperationException">The client was started or stopped before.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_sessions.TryStart()) throw new InvalidOperationException("A client starts only once.");
        _automatic.Start();
        _socks5?.Start();
        _network.Start();
        return Task.CompletedTask;
    }

    /// <summary>Waits until at least one address is <see cref="NexusSessionState.Connected"/>.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired, or the client was stopped.</exception>
    public Task WaitUntilConnectedAsync(CancellationToken cancellationToken = default) =>
        _sessions.UntilAsync(() => _sessions.Present.Any(run => run.IsConnected), cancellationToken);

    /// <summary>
    /// Looks whether the hubs would take this backend, whether or not the client runs: dials each address, shows the first token, and leaves
    /// when the hub has accepted it. Nothing is claimed, and no user notices.
    /// </summary>
    /// <returns>One result an address, in the order of the options.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    /// <exception cref="NexusTokenException">The secret's file cannot be read, or is empty.</exception>
    public async Task<IReadOnlyList<NexusProbeResult>> ProbeAsync(CancellationToken cancellationToken = default)
    {
        var options = Volatile.Read(ref _options);
        return await Task.WhenAll(options.NexusAddresses.Select(text => _loops.CreateProbe(text, options).RunAsync(cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>
    /// Changes what the backend claims. Hubs take claims at the beginning of a session only, so new sessions are opened beside
    /// the old ones; once they are up, the old ones are left: their streams finish within <see cref="NexusTransportOptions.DrainTimeout"/>.
    /// For a moment both are in the hub's pools. Returns when the new sessions are up (or when there was none to replace).
    /// </summary>
    /// <exception cref="OptionsValidationException">The claims are wrong; every error is in it, and nothing has changed.</exception>
    /// <exception cref="NexusUpdateException">A hub refused the claims, or was not reached in 60 s; nothing has changed.</exception>
    public Task UpdateRoutesAsync(NexusRouteClaims claims, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return ChangeAsync(
            options =>
            {
                options.Hostnames = [.. claims.Hostnames];
                options.TcpPorts = [.. claims.TcpPorts];
                options.UdpRoutes = [.. claims.UdpRoutes];
                options.Weight = claims.Weight;
                return options;
            },
            cancellationToken);
    }

    /// <summary>Changes where users go from the next one on; the sessions stay.</summary>
    /// <exception cref="OptionsValidationException">The mappings are wrong; nothing has changed.</exception>
    public Task UpdatePortMappingsAsync(IDictionary<int, NexusPortMapping> mappings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(mappings);
        return ChangeAsync(
            options =>
            {
                options.PortMappings = mappings;
                return options;
            },
            cancellationToken);
    }

    /// <summary>Changes who decides about users, from the next one on.</summary>
    /// <param name="handlers">Asked in this order, before the port mappings; they take the place of all earlier ones.</param>
    public void UseConnectHandlers(IEnumerable<NexusConnectHandler> handlers)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        _handlers.Use([.. handlers]);
    }

    /// <summary>
    /// Takes new options of the same backend, and does what the difference needs: port mappings count from the next user on;
    /// addresses come and go; all else is done as in <see cref="UpdateRoutesAsync"/>. Only <c>socks5ListenAddr</c> needs a new client.
    /// </summary>
    /// <returns>The keys that differ, in the spelling of the file (<c>hostnames</c>, <c>portMappings</c>); empty when none does.</returns>
    /// <exception cref="ArgumentException">The options are of another backend.</exception>
    /// <exception cref="OptionsValidationException">The options are wrong; every error is in it, and nothing has changed.</exception>
    /// <exception cref="NexusUpdateException">A hub refused the new session, or was not reached in 60 s; nothing has changed.</exception>
    /// <exception cref="NexusTokenException">The secret's file cannot be read, or is empty; nothing has changed.</exception>
    public Task<IReadOnlyList<string>> UpdateAsync(NexusBackendOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Name != Name) throw new ArgumentException("The options are of another backend.", nameof(options));
        return ChangeAsync(_ => options, cancellationToken);
    }

    /// <summary>
    /// A TCP connection that a hub opens for us, so that the target sees the hub's address: SOCKS5 without SOCKS. It leaves through the
    /// first address of the options that has a session. The token must allow it (<see cref="NexusAttestationOptions.OutboundAllowed"/>),
    /// and the hub too.
    /// </summary>
    /// <param name="host">A name of at most 255 characters, which only the hub looks up, or an IP address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="cancellationToken">Takes the request back; a connection that has been returned is not touched.</param>
    /// <returns>
    /// The connection. Reading 0 bytes is the target's end. Disposing ends it behind all that was written. When it breaks, or the session
    /// ends, reads and writes throw <see cref="IOException"/>. At most 64 KiB wait in either direction.
    /// </returns>
    /// <exception cref="NexusOutboundException">The hub refused or did not reach the target, did not answer in 15 s, or there is no session.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired before the hub had connected.</exception>
    public async ValueTask<Stream> ConnectOutboundAsync(string host, int port, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(host);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(host.Length, MaxOutboundHost, nameof(host));
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        cancellationToken.ThrowIfCancellationRequested();
        return await _outbound.OpenStreamAsync(OutboundAddress.Of(host, port), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Leaves all hubs in order: new users are refused, running streams may finish within <see cref="NexusTransportOptions.DrainTimeout"/>,
    /// streams with nothing under way are ended. Returns when all is closed.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting for running streams; the client is stopped all the same.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        _network.Stop();
        _socks5?.Stop();
        await _automatic.StopAsync().ConfigureAwait(false);
        await _sessions.StopAsync(Volatile.Read(ref _options).Transport.DrainTimeout, cancellationToken).ConfigureAwait(false);
        if (_socks5 is not null) await _socks5.WhenEndedAsync().ConfigureAwait(false);
        _events.Complete();
    }

    /// <summary>Counts so far.</summary>
    public NexusClientStatistics GetStatistics() => _sessions.AddTo(_metrics.Snapshot());

    /// <summary>Every stream that is open now, those of sessions that are being left included. Costs a look at each: for people, not for a loop.</summary>
    public IReadOnlyList<NexusStreamInfo> GetStreams() => _sessions.DescribeStreams();

    /// <summary>
    /// What happens from now on, until the client is stopped. A watcher that does not keep up loses the oldest of its 256 waiting events;
    /// it never slows the client.
    /// </summary>
    public IAsyncEnumerable<NexusClientEvent> WatchEventsAsync(CancellationToken cancellationToken = default) => _events.Watch(cancellationToken);

    /// <summary>Stops the client as <see cref="StopAsync"/> does, then frees what it holds.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _socks5?.Dispose();
        _sessions.Dispose();
        _ownMeter?.Dispose();
    }

    private async Task<IReadOnlyList<string>> ChangeAsync(Func<NexusBackendOptions, NexusBackendOptions> change, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var changed = change(BackendCopy.Of(_options));
            Check(changed);
            changed = BackendCopy.Of(changed);
            var (before, after) = (BackendFingerprint.Of(_options), BackendFingerprint.Of(changed));
            var differences = after.Differences(before);
            // Sessions that stay go on with their router, which learns the new mappings; new ones bring their own.
            var isSame = before.Sessions == after.Sessions;
            var router = isSame ? _router : _loops.CreateRouter(changed);
            var present = _sessions.Present;
            var wanted = CreateRuns(changed, router, present);
            if (!wanted.SequenceEqual(present)) await _sessions.ReplaceAsync(wanted, _options.Transport.DrainTimeout, cancellationToken).ConfigureAwait(false);
            if (isSame) router.Use(_certificates.CreateTable(changed.PortMappings));
            _router = router;
            Volatile.Write(ref _options, changed);
            await _automatic.UseAsync(changed).ConfigureAwait(false);
            return differences;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>A run for each address; one of <paramref name="present"/> where there is one with the same settings.</summary>
    private ImmutableArray<AddressRun> CreateRuns(NexusBackendOptions options, StreamRouter router, ImmutableArray<AddressRun> present)
    {
        var settings = BackendFingerprint.Of(options).Sessions;
        var kept = present.Where(run => run.Settings == settings).ToList();
        var runs = ImmutableArray.CreateBuilder<AddressRun>();
        foreach (var text in options.NexusAddresses)
        {
            var run = kept.FirstOrDefault(run => run.Loop.Address.OriginalString == text.Trim());
            if (run is null) run = _loops.Create(text, settings, options, router);
            else kept.Remove(run);
            runs.Add(run);
        }

        return runs.DrainToImmutable();
    }

    private void Check(NexusBackendOptions options)
    {
        var errors = options.Validate(hasTokenProvider: _hasTokenProvider, hasConnectHandler: _handlers.Current.Length > 0);
        if (errors.Count > 0) throw new OptionsValidationException(options.Name, typeof(NexusBackendOptions), errors.Select(error => error.ToString()));
    }
}
