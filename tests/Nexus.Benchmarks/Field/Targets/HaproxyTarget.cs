using Nexus.Testing;

namespace Nexus.Benchmarks.Field.Targets;

/// <summary>Debian's haproxy, which passes TLS on by its server name: what an edge alone costs.</summary>
internal sealed class HaproxyTarget(FieldServices services, string program) : FieldTarget(TargetNames.Haproxy)
{
    private readonly TemporaryFolder _folder = new();
    private readonly FreePort _port = FreePort.Reserve();
    private RealProcess? _process;

    public override IReadOnlyList<FieldRole> Roles => _process is { } process ? [new("haproxy", true, () => [process.Id])] : [];

    public override int DescriptorsOfUser => 2;

    public override int PortOf(string hostName) => _port.Port;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var file = _folder.PathOf("haproxy.cfg");
        await File.WriteAllTextAsync(file, HaproxyConfiguration.ByServerName(_port.Port, services.Ports, bindOptions: ""), cancellationToken);
        _process = RealProcess.Start(program, ["-db", "-f", file]); // one process, in the foreground
        await Reachable.WaitAsync(_port.Port, _process, cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _port.Dispose();
        _folder.Dispose();
    }
}
