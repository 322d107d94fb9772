using Nexus.Testing;

namespace Nexus.Benchmarks.Field.Targets;

/// <summary>
/// Two of Debian's haproxy one behind the other with TLS between them: as many processes on the way and as much encryption as a tunnel needs,
/// without one. A connection between the two for each user, though.
/// </summary>
internal sealed class HaproxyPairTarget(FieldServices services, string program) : FieldTarget(TargetNames.HaproxyPair)
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _certificates = new();
    private readonly FreePort _outer = FreePort.Reserve();
    private readonly FreePort _inner = FreePort.Reserve();
    private readonly List<RealProcess> _processes = [];

    public override IReadOnlyList<FieldRole> Roles => [.. _processes.Select((process, i) => new FieldRole(i == 0 ? "inner" : "outer", true, () => [process.Id]))];

    public override int DescriptorsOfUser => 2;

    public override int PortOf(string hostName) => _outer.Port;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var pem = _certificates.IssuePem("localhost");
        var certificate = _folder.PathOf("inner.pem");
        await File.WriteAllTextAsync(certificate, pem.Certificate + "\n" + pem.PrivateKey, cancellationToken);
        await StartAsync("inner.cfg", _inner.Port, HaproxyConfiguration.ByServerName(_inner.Port, services.Ports, $"ssl crt {certificate}"), cancellationToken);
        await StartAsync("outer.cfg", _outer.Port, HaproxyConfiguration.IntoTls(_outer.Port, _inner.Port), cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        _outer.Dispose();
        _inner.Dispose();
        _certificates.Dispose();
        _folder.Dispose();
    }

    private async Task StartAsync(string name, int port, string configuration, CancellationToken cancellationToken)
    {
        var file = _folder.PathOf(name);
        await File.WriteAllTextAsync(file, configuration, cancellationToken);
        var process = RealProcess.Start(program, ["-db", "-f", file]); // one process, in the foreground
        _processes.Add(process);
        await Reachable.WaitAsync(port, process, cancellationToken);
    }
}
