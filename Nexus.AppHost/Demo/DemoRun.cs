using System.Globalization;
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

    private DemoRun(StateDirectory state)
    {
        _state = state;
        var ports = new DemoPorts();
        RelayPort = ports.Take(preferred: 8443);
        PlainHttpPort = ports.Take(preferred: 8080);
        HubPort = ports.Take();
        OriginHttpsPort = ports.Take();
        OriginHttpPort = ports.Take();
    }

    /// <summary>Shared by the hub and the client's attestation; of this run only.</summary>
    public string Secret { get; } = RandomNumberGenerator.GetHexString(2 * SecretBytes, lowercase: true);

    /// <summary>Stands for port 443: no right of root is needed.</summary>
    public int RelayPort { get; }

    /// <summary>Stands for port 80.</summary>
    public int PlainHttpPort { get; }

    public int HubPort { get; }

    /// <summary>Where the hub's TLS listener for backends is.</summary>
    public string HubAddress => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{HubPort}");

    public int OriginHttpsPort { get; }

    public int OriginHttpPort { get; }

    public string Directory => _state.Path;

    public string CertificatesDirectory => _state.PathOf("certs");

    /// <summary>The root of the internal CA, which Certs writes: it issues the hub's certificate.</summary>
    public string HubAuthorityFile => Path.Combine(CertificatesDirectory, "ca.pem");

    public string OriginAuthorityFile => _state.PathOf("origin-ca.pem");

    public string ClientConfigurationFile => _state.PathOf(ClientConfigurationName);

    public static DemoRun Create(IDistributedApplicationBuilder builder)
    {
        var parent = builder.Configuration[StateDirectoryKey] is { Length: > 0 } configured
            ? Path.GetFullPath(configured)
            : Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", ".nexus"));
        var run = new DemoRun(StateDirectory.Take(parent));
        // The last run's root would make the first requests fail with a misleading reason.
        File.Delete(run.OriginAuthorityFile);
        run._state.WriteSecretly(ClientConfigurationName, ClientConfiguration.Compose(run));
        return run;
    }

    public void Dispose() => _state.Dispose();
}
