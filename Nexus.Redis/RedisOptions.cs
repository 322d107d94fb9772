namespace Nexus.Redis;

/// <summary>The connection strings of the configuration, of which one is ours.</summary>
internal sealed class RedisOptions
{
    public const string SectionName = "ConnectionStrings";

    /// <summary>As StackExchange.Redis reads it, or a URI: <c>redis://</c>, with TLS <c>rediss://</c>. Nothing: no Redis.</summary>
    public string Redis { get; set; } = "";
}
