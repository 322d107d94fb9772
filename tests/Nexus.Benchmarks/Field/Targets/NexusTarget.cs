using System.Globalization;
using System.Security.Cryptography;
using Nexus.Benchmarks.Field.Delay;
using Nexus.Benchmarks.Field.Load;
using Nexus.Benchmarks.Field.Service;
using Nexus.Testing;

namespace Nexus.Benchmarks.Field.Targets;

/// <summary>All of Nexus: certs, mesh, hub, edge and one <c>nexus run</c>; or with the edge in another region, which has a mesh of its own.</summary>
internal sealed class NexusTarget : FieldTarget
{
    private readonly TemporaryFolder _folder = new();
    private readonly FreePort _hubPort = FreePort.Reserve();
    private readonly FreePort _relayPort = FreePort.Reserve();
    private readonly FreePort _peerPort = FreePort.Reserve();
    private readonly bool _isFar;
    private readonly FreePort _plainPort = FreePort.Reserve(); // not used, but 80 may be taken
    private readonly string _secret = RandomNumberGenerator.GetHexString(64, lowercase: true);
    private readonly FieldServices _services;
    private readonly FieldPrograms _programs;
    private readonly TimeSpan _roundTrip;
    private readonly Dictionary<string, ServiceProcess> _nodes;
    private RealProcess? _client;
    private DelayProcess? _line;

    /// <param name="name">One of ours in <see cref="TargetNames"/>.</param>
    /// <param name="services">Behind the tunnel.</param>
    /// <param name="programs">What is measured.</param>
    /// <param name="roundTrip">Of the line between hub and client; zero for none.</param>
    public NexusTarget(string name, FieldServices services, FieldPrograms programs, TimeSpan roundTrip)
        : base(name)
    {
        (_services, _programs, _roundTrip, _isFar) = (services, programs, roundTrip, name == TargetNames.NexusPeer);
        var certs = Node("Nexus.Certs", new() { ["Nexus__Certs__Storage__Directory"] = _folder.PathOf("certs") });
        var mesh = Node("Nexus.Mesh", _isFar ? Peering("far", "ListenAddress", $"127.0.0.1:{_peerPort.Port}", certs) : []);
        var near = _isFar ? Node("Nexus.Mesh", Peering("near", "Peers__0", $"wss://localhost:{_peerPort.Port}/mesh", certs)) : mesh;
        var hub = Node("Nexus.Hub", new()
        {
            ["Nexus__Hub__Sessions__ListenAddress"] = $"127.0.0.1:{_hubPort.Port}",
            ["Nexus__Hub__Sessions__MaxStreamsPerSession"] = "100000",
            ["Nexus__Hub__Authentication__Secret"] = _secret,
            ["services__certs__grpc__0"] = certs.GrpcAddress,
            ["services__mesh__grpc__0"] = mesh.GrpcAddress,
        });
        var edge = Node("Nexus.Edge", new()
        {
            ["Nexus__Edge__Listening__BindAddress"] = "127.0.0.1",
            ["Nexus__Edge__Listening__RelayPorts__0"] = _relayPort.Port.ToString(CultureInfo.InvariantCulture),
            ["Nexus__Edge__Listening__MaxConnectionsPerClient"] = "100000",
            ["Nexus__Edge__PlainHttp__BindAddress"] = "127.0.0.1",
            ["Nexus__Edge__PlainHttp__Port"] = _plainPort.Port.ToString(CultureInfo.InvariantCulture),
            ["Nexus__Edge__HandOver__Enabled"] = name == TargetNames.NexusGrpc ? "false" : "true",
            ["services__mesh__grpc__0"] = near.GrpcAddress,
        });
        _nodes = new() { ["certs"] = certs, ["mesh"] = mesh, ["hub"] = hub, ["edge"] = edge };
        if (_isFar) _nodes["near mesh"] = near;
    }

    public override IReadOnlyList<FieldRole> Roles =>
    [
        RoleOf("edge", isOnPath: true),
        RoleOf("hub", isOnPath: true),
        new("client", true, () => [Client.Id]),
        .. _isFar ? [RoleOf("near mesh", isOnPath: true)] : Array.Empty<FieldRole>(),
        RoleOf("mesh", isOnPath: _isFar),
        RoleOf("certs", isOnPath: false),
    ];

    private RealProcess Client => _client ?? throw new InvalidOperationException("Not started.");

    public override int PortOf(string hostName) => _relayPort.Port;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await StartAsync(_nodes["certs"]);
        await StartAsync([.. _nodes.Where(node => node.Key.EndsWith("mesh", StringComparison.Ordinal)).Select(node => node.Value)]);
        await StartAsync(_nodes["hub"], _nodes["edge"]);
        if (_roundTrip > TimeSpan.Zero) _line = await DelayProcess.StartAsync(_hubPort.Port, _roundTrip, cancellationToken);
        var file = _folder.PathOf("client.yaml");
        await File.WriteAllTextAsync(file, ClientConfiguration(_line?.Port ?? _hubPort.Port), cancellationToken);
        _client = _programs.StartClient(["run", "-c", file, "--ca", _folder.PathOf("certs", "ca.pem")]);
        await Eventually.SucceedsAsync(
            () => IsServedAsync(cancellationToken),
            () => $"No answer.\n-- client\n{Client.Output}\n{string.Join('\n', _nodes.Select(each => $"-- {each.Key}\n{each.Value.Process.Output}"))}");
    }

    public override async ValueTask DisposeAsync()
    {
        if (_client is not null) await _client.DisposeAsync();
        if (_line is not null) await _line.DisposeAsync();
        foreach (var node in _nodes.Values.Reverse()) await node.DisposeAsync();
        _hubPort.Dispose();
        _peerPort.Dispose();
        _relayPort.Dispose();
        _plainPort.Dispose();
        _folder.Dispose();
    }

    private static async Task StartAsync(params ServiceProcess[] nodes)
    {
        foreach (var node in nodes) node.Start();
        foreach (var node in nodes) await node.WaitUntilHealthyAsync();
    }

    private ServiceProcess Node(string project, Dictionary<string, string?> settings) => new(project, settings, _programs.PathOf(project));

    private Dictionary<string, string?> Peering(string region, string setting, string value, ServiceProcess certs) => new()
    {
        ["Nexus__Mesh__Region"] = region,
        [$"Nexus__Mesh__Peering__{setting}"] = value,
        ["Nexus__Mesh__Peering__TrustedDomainSuffixes__0"] = "localhost",
        ["Nexus__Mesh__Peering__AuthorityFiles__0"] = _folder.PathOf("certs", "ca.pem"),
        ["services__certs__grpc__0"] = certs.GrpcAddress,
    };

    private FieldRole RoleOf(string name, bool isOnPath) => new(name, isOnPath, () => [_nodes[name].Process.Id]);

    private async Task<bool> IsServedAsync(CancellationToken cancellationToken)
    {
        var plan = new LoadPlan { Kind = LoadKind.Idle, Port = _relayPort.Port, Name = FieldNames.Echo };
        using var user = await LoadUser.ConnectAsync(plan, 0, cancellationToken);
        await user.AskAsync(plan, ServiceCommand.Idle, 0, cancellationToken);
        return await user.ReceiveAsync(new byte[1], cancellationToken) == 1 && user.Socket.Available == 0;
    }

    private string ClientConfiguration(int hubPort)
    {
        var hosts = _services.Ports.Select(each => string.Create(CultureInfo.InvariantCulture, $"          {each.Key}: 127.0.0.1:{each.Value}\n"));
        return string.Create(CultureInfo.InvariantCulture, $"""
            backends:
              - name: field
                hostnames: [{string.Join(", ", _services.Ports.Keys)}]
                nexusAddresses: ["wss://localhost:{hubPort}/connect"]
                attestation:
                  hmacSecret: "{_secret}"
                portMappings:
                  {_relayPort.Port}:
                    default: 127.0.0.1:{_services.PortOf(FieldNames.Echo)}
                    hosts:

            """) + string.Concat(hosts);
    }
}
