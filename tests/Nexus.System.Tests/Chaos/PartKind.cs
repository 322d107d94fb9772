namespace Nexus.SystemTests.Chaos;

/// <summary>What may be hit; each kind as often as any other.</summary>
internal enum PartKind
{
    Edge,
    Hub,
    Mesh,
    Client,
    Redis,

    /// <summary>The way to one mesh, or all ways between the regions.</summary>
    Link,
}
