using System.Globalization;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>The services of one region as processes: two meshes, two hubs, two edges. Nothing is started yet.</summary>
internal sealed class RegionServices : IAsyncDisposable
{
    private readonly FreePort[] _hubPorts = [FreePort.Reserve(), FreePort.Reserve()];
    private readonly FreePort[] _relayPorts = [FreePort.Reserve(), FreePort.Reserve()];
    private readonly FreePort[] _plainPorts = [FreePort.Reserve(), FreePort.Reserve()];
    private readonly Dictionary<string, string?> _common;

    /// <param name="certs">Who gives hubs (and meshes) their certificates.</param>
    /// <param name="secret">What backends' tokens are signed with.</param>
    /// <param name="meshSettings">Of the mesh with this number.</param>
    /// <param name="handsOver">Whether users come to hubs by hand-over.</param>
    /// <param name="common">Settings of all.</param>
    public RegionServices(ServiceProcess certs, string secret, Func<int, Dictionary<string, string?>> meshSettings, bool handsOver = true, Dictionary<string, string?>? common = null)
    {
        _common = common ?? [];
        Meshes = [.. Both.Select(number => new ServiceProcess("Nexus.Mesh", new Dictionary<string, string?>(_common.Concat(meshSettings(number)))))];
        Hubs = [.. Both.Select(number => Hub(number, certs, secret))];
        Edges = [.. Both.Select(number => Edge(number, handsOver))];
    }

    public ServiceProcess[] Meshes { get; }

    public ServiceProcess[] Hubs { get; }

    public ServiceProcess[] Edges { get; }

    public IEnumerable<ServiceProcess> All => [.. Meshes, .. Hubs, .. Edges];

    private static int[] Both => [0, 1];

    /// <summary>Where backends dial.</summary>
    public int HubPort(int number) => _hubPorts[number].Port;

    /// <summary>Stands for 443 of an edge.</summary>
    public int RelayPort(int number) => _relayPorts[number].Port;

    /// <summary>Returns when all are healthy; Certs must be.</summary>
    public async Task StartAsync()
    {
        foreach (var mesh in Meshes) mesh.Start();
        foreach (var mesh in Meshes) await mesh.WaitUntilHealthyAsync();
        foreach (var service in Hubs.Concat(Edges)) service.Start();
        foreach (var service in Hubs.Concat(Edges)) await service.WaitUntilHealthyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in (ServiceProcess[])[.. Edges, .. Hubs, .. Meshes]) await service.DisposeAsync();
        foreach (var port in _hubPorts.Concat(_relayPorts).Concat(_plainPorts)) port.Dispose();
    }

    private ServiceProcess Hub(int number, ServiceProcess certs, string secret) => new("Nexus.Hub", new Dictionary<string, string?>(Common())
    {
        ["Nexus__Hub__Sessions__ListenAddress"] = $"127.0.0.1:{_hubPorts[number].Port}",
        ["Nexus__Hub__Authentication__Secret"] = secret,
        ["services__certs__grpc__0"] = certs.GrpcAddress,
    });

    private ServiceProcess Edge(int number, bool handsOver) => new("Nexus.Edge", new Dictionary<string, string?>(Common())
    {
        ["Nexus__Edge__HandOver__Enabled"] = handsOver.ToString(),
        ["Nexus__Edge__Listening__BindAddress"] = "127.0.0.1",
        ["Nexus__Edge__Listening__RelayPorts__0"] = _relayPorts[number].Port.ToString(CultureInfo.InvariantCulture),
        ["Nexus__Edge__PlainHttp__BindAddress"] = "127.0.0.1",
        ["Nexus__Edge__PlainHttp__Port"] = _plainPorts[number].Port.ToString(CultureInfo.InvariantCulture),
    });

    private Dictionary<string, string?> Common() =>
        new(_common.Concat(Meshes.Select((mesh, i) => KeyValuePair.Create($"services__mesh__grpc__{i}", (string?)mesh.GrpcAddress))));
}
