using Microsoft.Extensions.Configuration;

namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>Puts another text of the file into force, or refuses it as a whole.</summary>
internal sealed class NodeReloader(ConfiguredNode node, IServiceProvider services, IConfiguration configuration)
{
    public NodeReload TryReload(string text)
    {
        var file = NodeFileReader.Parse(text);
        if (node.FindProblems(file, configuration) is { Count: > 0 } problems) return new(problems, [], []);

        var (oldText, oldFile, oldSettings) = (node.Text, node.File, node.Provider.Settings);
        node.Provider.Replace(NodeSettings.Of(file.Values, node.Map));
        node.Accept(text, file);
        // Options are made anew here, for these checks only: whoever uses options sees them when they are announced.
        if (node.Place(ConfigurationFailures.FindInOptions(services), configuration) is { Count: > 0 } failures)
        {
            node.Provider.Replace(oldSettings);
            node.Accept(oldText, oldFile);
            return new(failures, [], []);
        }

        node.Provider.Announce();
        var changed = node.Map.Uses.Where(use => !file.Values.IsSame(oldFile.Values, use.Key)).ToLookup(use => use.Key);
        return new(
            [],
            [.. changed.Where(uses => uses.All(use => use.IsReloadable)).Select(uses => uses.Key)],
            [.. changed.Where(uses => !uses.All(use => use.IsReloadable)).Select(uses => uses.Key)]);
    }
}
