using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Cli.Tests.Processes;

/// <summary>The command as a real process, with folders of its own for what it keeps, and none of this user's settings.</summary>
internal sealed class NexusCommandProcess : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string LoginFile => _folder.PathOf("config", "nexus", "login.json");

    public string Write(string name, string text)
    {
        File.WriteAllText(_folder.PathOf(name), text);
        return _folder.PathOf(name);
    }

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(_folder.PathOf(name), bytes);
        return _folder.PathOf(name);
    }

    public string WriteAuthorities(ScriptedHub hub) => Write("ca.pem", hub.Authorities[0].ExportCertificatePem());

    public RealProcess Start(params string[] arguments) => Start(arguments, []);

    public RealProcess Start(IEnumerable<string> arguments, Dictionary<string, string?> environment)
    {
        foreach (var name in new[] { "NEXUS_SERVER", "NEXUS_TOKEN", "NEXUS_TOKEN_FILE", "NEXUS_CA", "NEXUS_ACME_DIRECTORY", "NEXUS_ACME_CA" }) environment.TryAdd(name, null);
        environment["XDG_CONFIG_HOME"] = _folder.PathOf("config");
        environment["XDG_STATE_HOME"] = _folder.PathOf("state");
        return RealProcess.StartDotnet(Path.Combine(AppContext.BaseDirectory, "nexus.dll"), arguments, environment, _folder.Path);
    }

    public void Dispose() => _folder.Dispose();
}
