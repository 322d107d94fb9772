using System.Text.Json;

namespace Nexus.Mesh.Store;

/// <summary>How the meshes of all regions lie in Redis: names of keys, how long they live, and the texts in them (docs/operations.md).</summary>
internal sealed class MemberKeys(string prefix, TimeSpan lease)
{
    /// <summary>Before the name of a member that tells that it leaves.</summary>
    public const string LeftPrefix = "-";

    private const int TextVersion = 1;
    private const int MaxNameLength = 128;
    private const int MaxAddressLength = 512;

    private readonly string _members = $"{prefix}:{{members}}";

    /// <summary>The set of all members, REGION:NODE each.</summary>
    public string Index => $"{_members}:index";

    /// <summary>Where a member tells that it has come, changed or left.</summary>
    public string Channel => $"{_members}:changes";

    /// <summary>How long a member lives after its last word.</summary>
    public TimeSpan Lease => lease;

    public TimeSpan IndexLease => lease * 4;

    public string KeyOf(string member) => $"{_members}:{member}";

    public static string NameOf(Member member) => $"{member.Region}:{member.NodeId}";

    public static string Write(Member member) => JsonSerializer.Serialize(
        new StoredMember { PeerAddress = member.PeerAddress, Version = member.Version, Started = member.Started },
        StoreJson.Default.StoredMember);

    /// <summary>Null when it is no member of a version that is known here.</summary>
    public static Member? TryRead(string name, string? text)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal); // regions have none
        if (colon < 1 || colon == name.Length - 1 || name.Length > MaxNameLength * 2) return null;
        return StoreJson.TryRead(text, StoreJson.Default.StoredMember) is { V: TextVersion, Version.Length: <= MaxNameLength } stored && !(stored.PeerAddress?.Length > MaxAddressLength)
            ? new Member(name[(colon + 1)..], name[..colon], stored.PeerAddress, stored.Version, stored.Started)
            : null;
    }
}
