using System.Globalization;
using Nexus.Benchmarks.Field.Service;
using Nexus.Testing;

namespace Nexus.Benchmarks.Field.Targets;

/// <summary>The services behind all alternatives: one process for bulk, one for everything else.</summary>
internal sealed class FieldServices : IAsyncDisposable
{
    private readonly RealProcess _bulk = FieldProcess.Start("field-service");
    private readonly RealProcess _echo = FieldProcess.Start("field-service");
    private Dictionary<string, int> _ports = [];

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var bulk = await PortsOfAsync(_bulk, cancellationToken);
        var echo = await PortsOfAsync(_echo, cancellationToken);
        _ports = new() { [FieldNames.Bulk] = bulk[0], [FieldNames.Echo] = echo[0], [FieldNames.Tls] = echo[1] };
    }

    public IReadOnlyDictionary<string, int> Ports => _ports;

    public int PortOf(string hostName) => _ports[hostName];

    public async ValueTask DisposeAsync()
    {
        await _bulk.DisposeAsync();
        await _echo.DisposeAsync();
    }

    private static async Task<int[]> PortsOfAsync(RealProcess process, CancellationToken cancellationToken)
    {
        var line = await process.WaitForLineAsync(ServiceProgram.Listening, cancellationToken);
        return [.. line.Text[ServiceProgram.Listening.Length..].Split(' ').Select(port => int.Parse(port, CultureInfo.InvariantCulture))];
    }
}
