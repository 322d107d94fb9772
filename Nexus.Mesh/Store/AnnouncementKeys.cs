using System.Globalization;
using System.Text.Json;
using Nexus.Mesh.Directory;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Store;

/// <summary>
/// How announcements lie in Redis: names of keys and fields, how long they live, and the texts in them (docs/operations.md). The braces
/// keep all of a region in one slot of a cluster.
/// </summary>
internal sealed class AnnouncementKeys(string prefix, string region, TimeSpan lease)
{
    /// <summary>The field of the head; no route's field has this name, as names have no colon and ports have something before it.</summary>
    public const string HeadField = ":target";

    /// <summary>Fields that one command names, and routes that one message carries.</summary>
    public const int MaxFieldsOfCommand = 1_000;

    private const int TextVersion = 1;

    private readonly string _region = $"{prefix}:{{{region}}}";

    /// <summary>The set of all announcements of the region, as <see cref="MemberOf"/> writes them.</summary>
    public string Index => $"{_region}:announcements";

    /// <summary>Where changes are told.</summary>
    public string Channel => $"{_region}:changes";

    /// <summary>How long an announcement lives after its mesh's last word.</summary>
    public TimeSpan Lease => lease;

    /// <summary>The index outlives its announcements a little; it goes when the region has gone.</summary>
    public TimeSpan IndexLease => lease * 4;

    /// <summary>The hash of an announcement: its head, and one field per route.</summary>
    public string KeyOf(AnnouncementId id) => $"{_region}:announcement:{MemberOf(id)}";

    public static string MemberOf(AnnouncementId id) => string.Create(CultureInfo.InvariantCulture, $"{id.TargetId}:{id.Call}");

    public static bool TryReadMember(string member, out AnnouncementId id)
    {
        id = default;
        var colon = member.LastIndexOf(':');
        if (colon is < 1 or > WireRoutes.MaxTargetIdLength) return false;
        if (!ulong.TryParse(member.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var call)) return false;
        id = new AnnouncementId(member[..colon], call);
        return true;
    }

    /// <summary>Weight, and after a blank the idle time of flows in milliseconds if there is one.</summary>
    public static string ValueOf(RouteTerms terms) => terms.FlowIdleMilliseconds == 0
        ? terms.Weight.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{terms.Weight} {terms.FlowIdleMilliseconds}");

    public static bool TryReadRoute(string field, string value, out WeightedRoute route)
    {
        route = default;
        if (!RouteKey.TryParseWireText(field, out var key)) return false;
        var blank = value.IndexOf(' ', StringComparison.Ordinal);
        var idle = 0;
        if (!TryReadNumber(blank < 0 ? value : value.AsSpan(0, blank), WireRoutes.MaxWeight, out var weight) || weight == 0) return false;
        if (blank >= 0 && !TryReadNumber(value.AsSpan(blank + 1), WireRoutes.MaxFlowIdleMilliseconds, out idle)) return false;
        route = new WeightedRoute(key, new RouteTerms(weight, idle));
        return true;
    }

    public static string Write(StoredAnnouncement head) => JsonSerializer.Serialize(head, StoreJson.Default.StoredAnnouncement);

    /// <summary>Null when it is no head of a version that is known here.</summary>
    public static StoredAnnouncement? TryReadHead(string? text) =>
        StoreJson.TryRead(text, StoreJson.Default.StoredAnnouncement) is { V: TextVersion } head ? head : null;

    public static string Write(StoredChange change) => JsonSerializer.Serialize(change, StoreJson.Default.StoredChange);

    /// <summary>Null when it is no message of a version that is known here.</summary>
    public static StoredChange? TryReadChange(string text) =>
        StoreJson.TryRead(text, StoreJson.Default.StoredChange) is { Head.V: TextVersion, Set.Count: <= MaxFieldsOfCommand, Removed.Count: <= MaxFieldsOfCommand } change ? change : null;

    public static StoredAnnouncement HeadOf(string node, HubTarget target, ulong revision, ulong digest, int routes) => new()
    {
        Node = node,
        Address = target.StreamAddress,
        Region = target.Region,
        HandOver = target.HandOverPath,
        Distance = target.DistanceMilliseconds,
        Revision = revision,
        Digest = digest,
        Routes = routes,
    };

    /// <summary>Null when it is none that may be announced.</summary>
    public static HubTarget? TargetOf(string targetId, StoredAnnouncement head)
    {
        var target = new HubTarget(targetId, head.Address, head.Region, head.HandOver, head.Distance);
        return WireRoutes.FindProblem(target) is null ? target : null;
    }

    private static bool TryReadNumber(ReadOnlySpan<char> text, int max, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= max;
}
