using Microsoft.Extensions.Configuration;

namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>The file's settings, below every other source.</summary>
internal sealed class NodeConfigurationProvider : ConfigurationProvider, IConfigurationSource
{
    public IReadOnlyDictionary<string, string?> Settings => (IReadOnlyDictionary<string, string?>)Data;

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <summary>Shows other settings to those who look; nobody is told yet.</summary>
    public void Replace(IReadOnlyDictionary<string, string?> settings) => Data = new Dictionary<string, string?>(settings, StringComparer.OrdinalIgnoreCase);

    /// <summary>Tells those who watch.</summary>
    public void Announce() => OnReload();
}
