using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;
using Nexus.Protocol.Peering;

namespace Nexus.Fuzzing.Targets;

/// <summary>What nodes tell each other: announcements, requests, and the binary messages of tunnels.</summary>
internal static class PeerTargets
{
    private const int MaxNames = 10_000;

    private static readonly string[] s_fields =
        ["type", "version", "base", "hostnames", "added", "removed", "client_id", "conn_port", "client_ip", "hostname", "transport", "is_tls", "trace_parent", "trace_state", "nexus", "v", "node", "region"];

    private static readonly string[] s_texts =
        ["announce", "announce_delta", "tunnel_request", "00112233-4455-6677-8899-aabbccddeeff", "urn:uuid:00112233-4455-6677-8899-aabbccddeeff", "127.0.0.1:80", "[::1]:443", "app.example.test", "*.example.test",
            "App.test", "tcp:53", "udp:65535", "tcp:0", "*.com", "a..b", "tcp", "udp", "n1", "eu", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "\\u0061pp.test"];

    // One thread runs a target.
    private static readonly byte[] s_written = new byte[16 * DataFrame.MaxMessageSize];

    public static FuzzTarget Texts { get; } = new("peer texts", Corpus.Texts(
        """{"version":2,"type":"announce","hostnames":["app.test","udp:31053","tcp:31001","*.wild.test"],"client_id":"00000000-0000-0000-0000-000000000000","nexus":{"v":1,"node":"n1","region":"eu"}}""",
        """{"type":"tunnel_request","client_id":"137c460f-5af6-4541-90b7-165514275f7f","conn_port":31001,"client_ip":"127.0.0.1:42694","hostname":"far.test","transport":"tcp","is_tls":true}""",
        """{"version":9,"type":"announce_delta","base":8,"added":["a.test"],"removed":["b.test","tcp:1"]}""",
        $$"""{"version":1,"type":"announce",{{string.Concat(Enumerable.Repeat("\"hostnames\":[\"a.test\"],", 2_000))}}"conn_port":1}"""),
        MakeText, ParseText);

    public static FuzzTarget Binaries { get; } = new("peer binaries", [[0x15, .. new byte[23], 64], [0x12, .. new byte[17]], [0x11, .. new byte[40]]], MakeBinary, ParseBinary);

    // Half of them of a type that is read.
    private static byte[] MakeText(Random random)
    {
        var text = JsonText.Make(random, s_fields, s_texts);
        if (random.Next(2) == 0 || text is not [(byte)'{', _, _, ..]) return text;
        var type = random.Next(3) switch { 0 => "{\"type\":\"announce\",\"version\":3,"u8, 1 => "{\"type\":\"announce_delta\",\"version\":2,\"base\":1,"u8, _ => "{\"type\":\"tunnel_request\","u8 };
        return [.. type, .. text.AsSpan(1)];
    }

    private static void ParseText(byte[] input)
    {
        if (!PeerMessage.TryRead(input, MaxNames, out var message)) return;
        if (message.Kind == PeerMessageKind.TunnelRequest) CheckRequest(message.Request);
        if (message.Announcement is not { } announcement) return;
        CheckRoutes(announcement);
        if (announcement.Version == 0 || announcement.Base >= announcement.Version) return;
        var again = Repeat(announcement);
        Corpus.Check(again.Version == announcement.Version && again.Base == announcement.Base && again.Skipped == 0, "another version, or a name was lost");
        Corpus.Check(again.Names.SequenceEqual(announcement.Names) && again.Removed.SequenceEqual(announcement.Removed), "other names");
        Corpus.Check(announcement.Base is not null || NodeOf(again) == NodeOf(announcement), $"{announcement.Node} came back as {again.Node}");
    }

    // What stands for bytes that are no Unicode is longer than they were, so that a name may be too long to be said again.
    private static PeerNode? NodeOf(PeerAnnouncement announcement) =>
        announcement.Node is { } node && !(node.Name + node.Region).Contains('\uFFFD', StringComparison.Ordinal) && (node.Name + node.Region).Length < 40 ? node : null;

    private static PeerAnnouncement Repeat(PeerAnnouncement announcement)
    {
        var text = announcement.Base is { } version
            ? AnnouncementText.Delta(announcement.Version, version, announcement.Names, announcement.Removed)
            : AnnouncementText.Full(announcement.Version, announcement.Names, NodeOf(announcement));
        var length = 0;
        for (var isEnd = false; !isEnd;) length += text.Read(s_written.AsSpan(length, 4_096), out isEnd);
        Corpus.Check(PeerMessage.TryRead(s_written.AsSpan(0, length), MaxNames, out var message) && message.Announcement is not null, "an announcement that cannot be read again");
        return message?.Announcement ?? announcement;
    }

    private static void CheckRequest(in ControlMessage request)
    {
        // Twice: texts that are no Unicode become longer, and are then refused or left out.
        if (!TryRepeat(request, out var again) || !TryRepeat(again, out var third)) return;
        Corpus.Check(third == again, $"{again} came back as {third}");
    }

    private static bool TryRepeat(in ControlMessage request, out ControlMessage again)
    {
        again = default;
        if (!TunnelRequest.TryWrite(request, extended: true, s_written, out var length) || !PeerMessage.TryRead(s_written.AsSpan(0, length), MaxNames, out var message)) return false;
        again = message.Request;
        return true;
    }

    private static void CheckRoutes(PeerAnnouncement announcement)
    {
        var routes = new PeerRoutes(maxNames: 20);
        routes.Apply(new() { Version = 1, Names = [RouteKey.ForHost("app.example.test"), RouteKey.ForTcpPort(53)] });
        var change = routes.Apply(announcement);
        Corpus.Check(routes.Count == 2 + change.Added.Count - change.Removed.Count && routes.Count <= 20, "the changes do not add up");
        Corpus.Check(change.Added.All(routes.Contains) && !change.Removed.Any(routes.Contains), "a name is and is not there");
        Corpus.Check(change.Result == PeerRoutesResult.Gap || routes.Apply(announcement).Result == PeerRoutesResult.Stale, "an announcement counts twice");
    }

    private static byte[] MakeBinary(Random random)
    {
        var message = new byte[random.Next(3) == 0 ? random.Next(60) : 17 + random.Next(10)];
        random.NextBytes(message);
        if (message.Length > 0) message[0] = (byte)(0x10 + random.Next(8));
        return message;
    }

    private static void ParseBinary(byte[] input)
    {
        var isData = PeerFrame.TryReadData(input, out _, out var payload);
        Corpus.Check(!isData || payload.Length == input.Length - PeerFrame.HeaderSize, "bytes were lost");
        if (!PeerFrame.TryReadControl(input, out var control)) return;
        Corpus.Check(!isData && control.Credits is >= 0 and <= PeerFrame.Window, $"{control}");
        Corpus.Check(PeerFrame.TryWriteControl(control, extended: true, s_written, out var length) && length > 0, $"{control} cannot be written");
        Corpus.Check(PeerFrame.TryReadControl(s_written.AsSpan(0, length), out var again) && again == control, $"{control} came back as {again}");
    }
}
