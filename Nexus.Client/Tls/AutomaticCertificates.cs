using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Nexus.Client.Configuration;

namespace Nexus.Client.Tls;

/// <summary>The certificates that one client obtains, by host name; names come and go with its options.</summary>
internal sealed class AutomaticCertificates(SessionPresence sessions, Action<NexusCertificateInfo> changed, ILogger logger, TimeProvider time) : IServerCertificates
{
    private readonly Lock _lock = new();
    private FrozenDictionary<string, HostKeeper> _hosts = FrozenDictionary<string, HostKeeper>.Empty;
    private CertificateAuthority? _authority;
    private string _settings = "";
    private bool _isStarted;
    private bool _isStopped;

    /// <summary>In the order of the names.</summary>
    public IReadOnlyList<NexusCertificateInfo> Infos => [.. Volatile.Read(ref _hosts).Values.Select(keeper => keeper.Info).OrderBy(info => info.Host, StringComparer.Ordinal)];

    /// <summary>What is stored about each name.</summary>
    public Task<NexusCertificateInfo[]> LookAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Volatile.Read(ref _hosts).Values.Select(keeper => keeper.LookAsync(cancellationToken)));

    public ServerCertificate? Find(string hostname) => Volatile.Read(ref _hosts).GetValueOrDefault(hostname)?.Current;

    /// <summary>The names to begin with.</summary>
    public void Begin(NexusBackendOptions options) => Change(options);

    /// <summary>Keeps the names of these options from now on; those that stay keep their certificates. The task is the end of the others' keepers.</summary>
    public Task UseAsync(NexusBackendOptions options)
    {
        var (gone, former) = Change(options);
        return EndAsync(gone, former);
    }

    private (IEnumerable<HostKeeper> Gone, CertificateAuthority? Former) Change(NexusBackendOptions options)
    {
        lock (_lock)
        {
            if (_isStopped) return ([], null);
            CertificateAuthority? former = null;
            var settings = BackendFingerprint.Of(options).Authority;
            if (_authority is null || settings != _settings) (former, _authority, _settings) = (_authority, new(options.Tls, time), settings);
            var before = _hosts;
            var keepers = AutomaticHosts.Of(options).ToFrozenDictionary(host => host, host => KeepOrCreate(before.GetValueOrDefault(host), host, _authority));
            Volatile.Write(ref _hosts, keepers);
            if (_isStarted) foreach (var keeper in keepers.Values.Except(before.Values)) keeper.Start();
            return (before.Values.Except(keepers.Values).ToArray(), former);
        }
    }

    public void Start()
    {
        lock (_lock)
        {
            if (_isStarted || _isStopped) return;
            _isStarted = true;
            foreach (var keeper in _hosts.Values) keeper.Start();
        }
    }

    /// <summary>Nothing is obtained any more; what is there still serves users.</summary>
    public Task StopAsync()
    {
        CertificateAuthority? former;
        lock (_lock)
        {
            (_isStopped, former, _authority) = (true, _authority, null);
        }

        return EndAsync(_hosts.Values, former);
    }

    private static async Task EndAsync(IEnumerable<HostKeeper> keepers, CertificateAuthority? authority)
    {
        await Task.WhenAll(keepers.Select(keeper => keeper.DisposeAsync().AsTask())).ConfigureAwait(false);
        authority?.Dispose();
    }

    private HostKeeper KeepOrCreate(HostKeeper? present, string host, CertificateAuthority authority)
    {
        if (present?.Authority == authority) return present;
        var keeper = new HostKeeper(host, authority, sessions, changed, logger, time);
        if (present is not null) keeper.TakeOver(present);
        return keeper;
    }
}
