using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Nexus.ServiceDefaults.NodeConfiguration;

internal static class NodeConfigurationHosting
{
    public static void AddNodeConfiguration(this WebApplicationBuilder builder, ConfiguredNode node)
    {
        var sources = builder.Configuration.Sources;
        // Only what was checked may change at run time, and that is the node's file.
        foreach (var json in sources.OfType<JsonConfigurationSource>()) json.ReloadOnChange = false;
        sources.Insert(0, node.Provider);
        builder.Services.AddSingleton(node);
        builder.Services.AddSingleton<NodeReloader>();
        builder.Services.AddHostedService<NodeFileWatcher>();
    }
}
