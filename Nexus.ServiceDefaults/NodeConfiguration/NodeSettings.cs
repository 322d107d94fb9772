using System.Globalization;

namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>From the values of a file to the configuration of one service.</summary>
internal static class NodeSettings
{
    public static Dictionary<string, string?> Of(NodeValues values, NodeKeyMap map)
    {
        var settings = new Dictionary<string, string?>(map.Defaults, StringComparer.OrdinalIgnoreCase);
        foreach (var use in map.Uses)
        {
            switch (values.Find(use.Key))
            {
                case int number: settings[use.Option] = Format(use.Key, number); break;
                case bool flag: settings[use.Option] = flag ? "true" : "false"; break;
                case string text: settings[use.Option] = text; break;
                case IReadOnlyList<int> numbers: AddList(settings, use.Option, numbers.Select(number => Format(use.Key, number))); break;
                case IReadOnlyList<string> texts: AddList(settings, use.Option, texts); break;
            }
        }

        return settings;
    }

    private static string Format(string key, int number) => NodeSchema.Find(key)?.Kind == NodeKeyKind.Seconds
        ? TimeSpan.FromSeconds(number).ToString("c", CultureInfo.InvariantCulture)
        : number.ToString(CultureInfo.InvariantCulture);

    private static void AddList(Dictionary<string, string?> settings, string option, IEnumerable<string> items)
    {
        foreach (var (index, item) in items.Index()) settings[string.Create(CultureInfo.InvariantCulture, $"{option}:{index}")] = item;
    }
}
