using System.Text;
using System.Text.Json;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;

namespace Nexus.Protocol.Peering;

/// <summary>Collects the fields of one text message between nodes.</summary>
internal struct PeerMessageParser(int maxNames)
{
    private const int LikelyNameBytes = 32;

    private int _length;
    private PeerMessageKind _kind;
    private ulong _version;
    private ulong? _base;
    private List<RouteKey>? _hostnames;
    private List<RouteKey>? _added;
    private List<RouteKey>? _removed;
    private int _skippedHostnames;
    private int _skippedAdded;
    private int _skippedRemoved;
    private PeerNode? _node;
    private StreamId _id;
    private int _port;
    private bool _isTls;
    private string? _clientAddress;
    private string? _hostname;
    private string? _transport;
    private string? _traceParent;
    private string? _traceState;

    public readonly PeerMessage ToMessage() => new(_kind, ToAnnouncement(), _kind == PeerMessageKind.TunnelRequest ? ToRequest() : default);

    public bool TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            _length = json.Length;
            var reader = new Utf8JsonReader(json);
            if (!reader.Read()) return false;
            if (reader.TokenType == JsonTokenType.Null) return !reader.Read(); // the original takes null for {}
            if (reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var field = PeerMessageFields.Find(in reader);
                if (!reader.Read()) return false;
                if (field == PeerMessageField.Other) reader.Skip();
                else if (!TryReadField(ref reader, field)) return false;
            }

            return !reader.Read(); // nothing may follow
        }
        catch (JsonException)
        {
            return false; // Utf8JsonReader has no other way to say "malformed"
        }
    }

    private readonly PeerAnnouncement? ToAnnouncement() => _kind switch
    {
        PeerMessageKind.Announce => new() { Version = _version, Names = Of(_hostnames), Skipped = _skippedHostnames, Node = _node },
        PeerMessageKind.AnnounceDelta => new()
        {
            Version = _version,
            Base = _base ?? 0,
            Names = Of(_added),
            Removed = Of(_removed),
            Skipped = _skippedAdded + _skippedRemoved,
            Node = _node,
        },
        _ => null,
    };

    private readonly ControlMessage ToRequest() => new(ControlEvent.Connect, _id)
    {
        Port = _port,
        ClientAddress = _clientAddress,
        Transport = _transport,
        Hostname = _hostname,
        IsTls = _isTls,
        TraceParent = _traceParent,
        TraceState = _traceState,
    };

    private static List<RouteKey> Of(List<RouteKey>? names) => names ?? [];

    private bool TryReadField(ref Utf8JsonReader reader, PeerMessageField field)
    {
        switch (field)
        {
            case PeerMessageField.Hostnames: return TryReadNames(ref reader, ref _hostnames, ref _skippedHostnames);
            case PeerMessageField.Added: return TryReadNames(ref reader, ref _added, ref _skippedAdded);
            case PeerMessageField.Removed: return TryReadNames(ref reader, ref _removed, ref _skippedRemoved);
            case PeerMessageField.Node: ReadNode(ref reader); return true;
        }

        if (reader.TokenType == JsonTokenType.Null) return true;
        switch (field)
        {
            case PeerMessageField.Version: return reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out _version);
            case PeerMessageField.Base: return TryReadBase(in reader);
            case PeerMessageField.Port: return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out _port);
            case PeerMessageField.IsTls:
                _isTls = reader.TokenType == JsonTokenType.True;
                return _isTls || reader.TokenType == JsonTokenType.False;
            default: return reader.TokenType == JsonTokenType.String && TryReadText(in reader, field);
        }
    }

    private bool TryReadBase(ref readonly Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt64(out var value)) return false;
        _base = value;
        return true;
    }

    /// <summary>Long trace fields are dropped, a long type or transport is an unknown one; a long address, id or name refuses the message.</summary>
    private bool TryReadText(ref readonly Utf8JsonReader reader, PeerMessageField field)
    {
        Span<byte> buffer = stackalloc byte[ControlMessage.MaxTextBytes];
        var fits = JsonText.TryGetUtf8(in reader, buffer, out var text);
        switch (field)
        {
            case PeerMessageField.Type: _kind = fits ? KindOf(text) : PeerMessageKind.Unknown; return true;
            case PeerMessageField.Transport: _transport = fits ? StreamTransport.Find(text) ?? ToText(text) : null; return true;
            case PeerMessageField.TraceParent: _traceParent = fits ? ToText(text) : null; return true;
            case PeerMessageField.TraceState: _traceState = fits ? ToText(text) : null; return true;
            case PeerMessageField.ClientAddress when fits: _clientAddress = ToText(text); return true;
            case PeerMessageField.Hostname when fits: _hostname = ToText(text); return true;
            case PeerMessageField.Id when fits: return StreamId.TryParse(text, out _id);
            default: return false;
        }
    }

    /// <summary>Null is no names, and a name that is null one that is not valid, as in the original.</summary>
    private readonly bool TryReadNames(ref Utf8JsonReader reader, ref List<RouteKey>? names, ref int skipped)
    {
        names?.Clear(); // the last of equal keys counts, and costs no more than the first
        skipped = 0;
        if (reader.TokenType == JsonTokenType.Null) return true;
        if (reader.TokenType != JsonTokenType.StartArray) return false;
        Span<byte> buffer = stackalloc byte[PeerName.MaxBytes * JsonText.MaxEscape];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null)) return false;
            if ((names is null || names.Count < maxNames) && TryReadName(in reader, buffer, out var name)) (names ??= NewNames(in reader)).Add(name);
            else skipped++;
        }

        return true;
    }

    /// <summary>Room for what the rest of the message may have: to grow there in steps would cost twice the memory.</summary>
    private readonly List<RouteKey> NewNames(ref readonly Utf8JsonReader reader) =>
        new(Math.Min(maxNames, 1 + ((_length - (int)reader.BytesConsumed) / LikelyNameBytes)));

    private static bool TryReadName(ref readonly Utf8JsonReader reader, Span<byte> buffer, out RouteKey name)
    {
        name = default;
        return reader.TokenType == JsonTokenType.String && JsonText.TryGetUtf8(in reader, buffer, out var text) && PeerName.TryParse(text, out name);
    }

    /// <summary>Our own object: what is not of its form is somebody else's.</summary>
    private void ReadNode(ref Utf8JsonReader reader)
    {
        _node = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        var version = 0;
        var (name, region) = ("", "");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = PeerMessageFields.FindInNode(in reader);
            reader.Read();
            if (field == PeerMessageField.NodeVersion && reader.TokenType == JsonTokenType.Number) reader.TryGetInt32(out version);
            else if (field == PeerMessageField.NodeName) name = ReadShortText(in reader);
            else if (field == PeerMessageField.NodeRegion) region = ReadShortText(in reader);
            reader.Skip();
        }

        if (version >= PeerNode.Version && name.Length > 0 && IsName(name) && IsName(region)) _node = new(name, region);
    }

    /// <summary>They become parts of targets' ids, of logs and of what people read: only what is visible in any of them.</summary>
    private static bool IsName(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static string ReadShortText(ref readonly Utf8JsonReader reader)
    {
        Span<byte> buffer = stackalloc byte[PeerNode.MaxTextBytes];
        return reader.TokenType == JsonTokenType.String && JsonText.TryGetUtf8(in reader, buffer, out var text) ? Encoding.UTF8.GetString(text) : "";
    }

    private static PeerMessageKind KindOf(ReadOnlySpan<byte> type)
    {
        if (type.SequenceEqual("announce"u8)) return PeerMessageKind.Announce;
        if (type.SequenceEqual("announce_delta"u8)) return PeerMessageKind.AnnounceDelta;
        return type.SequenceEqual("tunnel_request"u8) ? PeerMessageKind.TunnelRequest : PeerMessageKind.Unknown;
    }

    private static string? ToText(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8);
}
