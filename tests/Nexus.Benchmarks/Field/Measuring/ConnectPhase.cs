using Nexus.Benchmarks.Field.Load;
using Nexus.Benchmarks.Field.Targets;

namespace Nexus.Benchmarks.Field.Measuring;

/// <summary>New connections a second from 32 clients, raw or with TLS that ends at the service.</summary>
internal sealed class ConnectPhase(FieldOptions options, bool isTls) : IFieldPhase
{
    private const int Clients = 32;
    private const int TlsShare = 5; // a handshake costs so much more that fewer will do

    public string Name => isTls ? "connect TLS" : "connect raw";

    public bool NeedsFreshTarget => false;

    public TimeSpan RoundTrip => TimeSpan.Zero;

    public async Task MeasureAsync(FieldTarget target, int round, FieldResults results, CancellationToken cancellationToken)
    {
        var plan = isTls
            ? options.Plan(LoadKind.ConnectTls, target, FieldNames.Tls) with { Users = Clients, Count = options.Connections / TlsShare }
            : options.Plan(LoadKind.Connect, target, FieldNames.Echo) with { Users = Clients, Count = options.Connections };
        var meter = new UsageMeter(target);
        var result = await FieldLoad.RunAsync(plan, cancellationToken);
        var used = meter.Read();
        FieldLoad.Report(result, target.Name, Name, results);
        results.Add(target.Name, isTls ? FieldFigures.TlsConnections : FieldFigures.RawConnections, round, result.PerSecond);
        if (isTls || result.Count == 0) return;
        foreach (var (role, usage) in used) results.Add(target.Name, FieldFigures.CpuOfConnection(role.Name), round, usage.Seconds * 1_000 / result.Count);
    }
}
