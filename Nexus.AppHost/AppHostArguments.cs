using System.Diagnostics.CodeAnalysis;

namespace Nexus.AppHost;

/// <summary>What the command line asks for.</summary>
/// <param name="HasTwoRegions">Else one, with one of each service.</param>
/// <param name="HasSeparateRedis">Each region has a Redis of its own.</param>
/// <param name="Configuration">What is left: settings of the AppHost, such as --Nexus:AppHost:StateDirectory=PATH.</param>
internal sealed record AppHostArguments(bool HasTwoRegions, bool HasSeparateRedis, IReadOnlyList<string> Configuration)
{
    /// <summary>EX_USAGE of sysexits.h.</summary>
    public const int UsageError = 64;

    private const string TopologyOption = "--topology";
    private const string SeparateRedisOption = "--separate-redis";
    private const string SingleRegion = "single-region";
    private const string TwoRegions = "two-regions";
    private const string Possible =
        $"Possible are {TopologyOption} {SingleRegion} (the default), {TopologyOption} {TwoRegions}, with that {SeparateRedisOption}, and settings like --Section:Key=VALUE.";

    public static bool TryParse(
        IReadOnlyList<string> arguments, [NotNullWhen(true)] out AppHostArguments? parsed, [NotNullWhen(false)] out string? problem)
    {
        (parsed, problem) = (null, null);
        var (topology, hasSeparateRedis, configuration) = (SingleRegion, false, new List<string>());
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = Split(arguments[i]);
            if (name == SeparateRedisOption && value is null)
            {
                hasSeparateRedis = true;
                continue;
            }
            if (name != TopologyOption && !IsSetting(name))
            {
                problem = $"Unknown argument \"{arguments[i]}\". {Possible}";
                return false;
            }
            value ??= i + 1 < arguments.Count ? arguments[++i] : "";
            if (name == TopologyOption)
                topology = value;
            else
                configuration.Add($"{name}={value}");
        }

        problem = FindContradiction(topology, hasSeparateRedis);
        if (problem is not null)
            return false;
        parsed = new AppHostArguments(topology == TwoRegions, hasSeparateRedis, configuration);
        return true;
    }

    private static string? FindContradiction(string topology, bool hasSeparateRedis)
    {
        if (topology is not (SingleRegion or TwoRegions))
            return $"Unknown topology \"{topology}\". {Possible}";
        return hasSeparateRedis && topology != TwoRegions ? $"{SeparateRedisOption} needs {TopologyOption} {TwoRegions}." : null;
    }

    private static (string Name, string? Value) Split(string argument) => argument.IndexOf('=', StringComparison.Ordinal) is var equals and >= 0
        ? (argument[..equals], argument[(equals + 1)..])
        : (argument, null);

    private static bool IsSetting(string name) => name.StartsWith("--", StringComparison.Ordinal) && name.Contains(':', StringComparison.Ordinal);
}
