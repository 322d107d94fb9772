namespace Nexus.Client;

/// <summary>One thing wrong with the options.</summary>
/// <param name="Path">Where, in the spelling of the YAML file: <c>backends[1].udpRoutes[0].port</c>.</param>
/// <param name="Message">What is wrong, as a sentence without the path. Never contains a secret.</param>
/// <param name="Scope">How much cannot run because of it.</param>
public sealed record NexusConfigurationError(string Path, string Message, NexusConfigurationErrorScope Scope = NexusConfigurationErrorScope.Process)
{
    /// <summary>Path and message in one line.</summary>
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}
