namespace Nexus.Testing;

/// <summary>Servers that speak Redis' protocol.</summary>
public enum RedisKind
{
    /// <summary>The tool in .config/dotnet-tools.json.</summary>
    Garnet,

    /// <summary>Debian's redis-server.</summary>
    Redis,
}
