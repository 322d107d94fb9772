using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Nexus.AppHost.Demo;

namespace Nexus.AppHost.Topology;

/// <summary>The services of one region. Each knows those that were added before it, and waits for them.</summary>
internal sealed class Region
{
    private readonly IDistributedApplicationBuilder _builder;
    private readonly DemoRun _demo;
    private readonly IResourceBuilder<ParameterResource> _secret;
    private readonly List<IResourceBuilder<ProjectResource>> _meshes = [];
    private readonly List<IResourceBuilder<ProjectResource>> _hubs = [];
    private readonly List<int> _hubPorts = [];

    /// <param name="builder">Of the application.</param>
    /// <param name="demo">Gives ports and folders.</param>
    /// <param name="secret">The hubs'.</param>
    /// <param name="name">In front of the services' names, where there is more than one region.</param>
    public Region(IDistributedApplicationBuilder builder, DemoRun demo, IResourceBuilder<ParameterResource> secret, string name = "")
    {
        (_builder, _demo, _secret, Name) = (builder, demo, secret, name);
        var certs = name.Length > 0 ? $"{name}-certs" : "certs";
        var directory = demo.PathOf(certs);
        AuthorityFile = Path.Combine(directory, "ca.pem");
        Certs = AddService<Projects.Nexus_Certs>(certs).WithEnvironment("Nexus__Certs__Storage__Directory", directory);
    }

    public string Name { get; }

    public IResourceBuilder<ProjectResource> Certs { get; }

    /// <summary>The root of the internal CA, which Certs writes before it is healthy: it issues the certificates of hubs and meshes.</summary>
    public string AuthorityFile { get; }

    public IReadOnlyList<IResourceBuilder<ProjectResource>> Hubs => _hubs;

    /// <summary>Where the hubs' TLS listeners for backends are.</summary>
    public IReadOnlyList<int> HubPorts => _hubPorts;

    public IResourceBuilder<ProjectResource> AddMesh(string name)
    {
        var mesh = AddService<Projects.Nexus_Mesh>(name);
        _meshes.Add(mesh);
        return mesh;
    }

    public void AddHub(string name)
    {
        var port = _demo.TakePort();
        _hubPorts.Add(port);
        _hubs.Add(AddService<Projects.Nexus_Hub>(name)
            .WithEnvironment("Nexus__Hub__Sessions__ListenAddress", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"))
            .WithEnvironment("Nexus__Hub__Authentication__Secret", _secret)
            .WithServices("mesh", _meshes)
            .WithServices("certs", [Certs]));
    }

    public IResourceBuilder<ProjectResource> AddEdge(string name, int relayPort, int plainHttpPort)
    {
        var edge = AddService<Projects.Nexus_Edge>(name)
            .WithEnvironment("Nexus__Edge__Listening__BindAddress", "127.0.0.1")
            .WithEnvironment("Nexus__Edge__PlainHttp__BindAddress", "127.0.0.1")
            .WithEndpoint(relayPort, scheme: "tcp", name: "relay", env: "Nexus__Edge__Listening__RelayPorts__0", isProxied: false)
            .WithHttpEndpoint(plainHttpPort, name: "plain-http", env: "Nexus__Edge__PlainHttp__Port", isProxied: false)
            .WithServices("mesh", _meshes);
        foreach (var hub in _hubs)
            edge.WaitFor(hub);
        return edge;
    }

    private IResourceBuilder<ProjectResource> AddService<TProject>(string name)
        where TProject : IProjectMetadata, new() => _builder.AddProject<TProject>(name).WithServiceEndpoints().WithCalmLogs();
}
