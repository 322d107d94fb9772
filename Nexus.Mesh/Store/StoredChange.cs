using System.Text.Json.Serialization;

namespace Nexus.Mesh.Store;

/// <summary>A message on the change channel.</summary>
internal sealed record StoredChange
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required StoredChangeKind Kind { get; init; }

    public string Target { get; init; } = "";

    public ulong Call { get; init; }

    /// <summary>As it is after the change.</summary>
    public required StoredAnnouncement Head { get; init; }

    /// <summary>Fields and values as in the hash.</summary>
    public IReadOnlyDictionary<string, string> Set { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> Removed { get; init; } = [];
}
