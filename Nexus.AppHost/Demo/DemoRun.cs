using System.Security.Cryptography;
using Aspire.Hosting;

namespace Nexus.AppHost.Demo;

/// <summary>The ports, files and the secret of one run.</summary>
internal sealed class DemoRun : IDisposable
{
    public const string HostName = "app.nexus.test";

    private const string StateDirectoryKey = "Nexus:AppHost:StateDirectory";
    private const string ClientConfigurationName = "client.yaml";
    private const int SecretBytes = 32;

    private readonly StateDirectory _state;
    private readonly DemoPorts _ports = new();

    private DemoRun(StateDirectory state)
    {
        _state = state;
        RelayPort = _ports.Take(preferred: 8443);
        PlainHttpPort = _ports.Take(preferred: 8080);
        OriginHttpsPort = _ports.Take();
        OriginHttpPort = _ports.Take();
    }

    /// <summary>Shared by the hubs and the client's attestation; of this run only.</summary>
    public string Secret { get; } = RandomNumberGenerator.GetHexString(2 * SecretBytes, lowercase: true);

    /// <summary>Stands for port 443: no right of root is needed.</summary>
    public int RelayPort { get; }

    /// <summary>Stands for port 80.</summary>
    public int PlainHttpPort { get; }

    public int OriginHttpsPort { get; }

    public int OriginHttpPort { get; }

    public string Directory => _state.Path;

    public string OriginAuthorityFile => _state.PathOf("origin-ca.pem");

    public static DemoRun Create(IDistributedApplicationBuilder builder)
    {
        var parent = builder.Configuration[StateDirectoryKey] is { Length: > 0 } configured
            ? Path.GetFullPath(configured)
            : Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", ".nexus"));
        var run = new DemoRun(StateDirectory.Take(parent));
        // The last run's root would make the first requests fail with a misleading reason.
        File.Delete(run.OriginAuthorityFile);
        return run;
    }

    /// <summary>A loopback port that nobody has.</summary>
    public int TakePort() => _ports.Take();

    public string PathOf(string name) => _state.PathOf(name);

    /// <summary>Returns the file, which has the secret.</summary>
    public string WriteClientConfiguration(IEnumerable<int> hubPorts)
    {
        _state.WriteSecretly(ClientConfigurationName, ClientConfiguration.Compose(this, hubPorts));
        return PathOf(ClientConfigurationName);
    }

    public void Dispose() => _state.Dispose();
}
