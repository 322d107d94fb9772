using System.Text;
using System.Text.Json;

namespace Nexus.Protocol.Backend;

/// <summary>Collects the fields of one control message. Known texts and the hot events cost no allocation.</summary>
internal struct ControlMessageParser
{
    private const int MaxNameBytes = 64;

    private ControlEvent _event;
    private StreamId _id;
    private int _port;
    private long _credits;
    private bool _isTls;
    private bool _success;
    private bool _canHalfClose;
    private string? _clientAddress;
    private string? _transport;
    private string? _hostname;
    private string? _reason;
    private string? _target;
    private string? _traceParent;
    private string? _traceState;

    private enum Field
    {
        Other,
        Event,
        Id,
        Port,
        ClientAddress,
        Transport,
        Hostname,
        IsTls,
        Reason,
        Target,
        Success,
        Credits,
        CanHalfClose,
        TraceParent,
        TraceState,
    }

    public readonly ControlMessage ToMessage() => new(_event, _id)
    {
        Port = _port,
        ClientAddress = _clientAddress,
        Transport = _transport,
        Hostname = _hostname,
        IsTls = _isTls,
        Reason = _reason,
        TargetAddress = _target,
        Success = _success,
        Credits = _credits,
        CanHalfClose = _canHalfClose,
        TraceParent = _traceParent,
        TraceState = _traceState,
    };

    public bool TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read()) return false;
            if (reader.TokenType == JsonTokenType.Null) return !reader.Read(); // the original takes null for {}
            if (reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var field = FindField(ref reader);
                if (!reader.Read()) return false;
                if (field == Field.Other) reader.Skip();
                else if (reader.TokenType != JsonTokenType.Null && !TryReadField(ref reader, field)) return false;
            }

            return !reader.Read(); // nothing may follow
        }
        catch (JsonException)
        {
            return false; // Utf8JsonReader has no other way to say "malformed"
        }
    }

    private static Field FindField(ref readonly Utf8JsonReader reader)
    {
        Span<byte> buffer = stackalloc byte[MaxNameBytes];
        if (!JsonText.TryGetUtf8(in reader, buffer, out var name)) return Field.Other;
        return name.Length switch
        {
            5 when Is(name, "event"u8) => Field.Event,
            6 when Is(name, "is_tls"u8) => Field.IsTls,
            6 when Is(name, "reason"u8) => Field.Reason,
            7 when Is(name, "credits"u8) => Field.Credits,
            7 when Is(name, "success"u8) => Field.Success,
            8 when Is(name, "hostname"u8) => Field.Hostname,
            9 when Is(name, "client_id"u8) => Field.Id,
            9 when Is(name, "conn_port"u8) => Field.Port,
            9 when Is(name, "client_ip"u8) => Field.ClientAddress,
            9 when Is(name, "transport"u8) => Field.Transport,
            10 when Is(name, "half_close"u8) => Field.CanHalfClose,
            11 when Is(name, "target_addr"u8) => Field.Target,
            11 when Is(name, "trace_state"u8) => Field.TraceState,
            12 when Is(name, "trace_parent"u8) => Field.TraceParent,
            _ => Field.Other,
        };
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected) => Ascii.EqualsIgnoreCase(name, expected);

    private bool TryReadField(ref readonly Utf8JsonReader reader, Field field)
    {
        switch (field)
        {
            case Field.Port: return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out _port);
            case Field.Credits: return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out _credits);
            case Field.IsTls: return TryReadFlag(in reader, out _isTls);
            case Field.Success: return TryReadFlag(in reader, out _success);
            case Field.CanHalfClose: return TryReadFlag(in reader, out _canHalfClose);
            default: return reader.TokenType == JsonTokenType.String && TryReadText(in reader, field);
        }
    }

    private static bool TryReadFlag(ref readonly Utf8JsonReader reader, out bool value)
    {
        value = reader.TokenType == JsonTokenType.True;
        return value || reader.TokenType == JsonTokenType.False;
    }

    private bool TryReadText(ref readonly Utf8JsonReader reader, Field field)
    {
        Span<byte> buffer = stackalloc byte[ControlMessage.MaxTextBytes];
        if (!JsonText.TryGetUtf8(in reader, buffer, out var text)) return TryReadLongText(in reader, field);
        switch (field)
        {
            case Field.Event: _event = ControlEventText.Find(text); break;
            case Field.Id: return StreamId.TryParse(text, out _id);
            case Field.ClientAddress: _clientAddress = ToText(text); break;
            case Field.Transport: _transport = StreamTransport.Find(text) ?? ToText(text); break;
            case Field.Hostname: _hostname = ToText(text); break;
            case Field.Reason: _reason = DisconnectReason.Find(text) ?? ToText(text); break;
            case Field.Target: _target = ToText(text); break;
            case Field.TraceParent: _traceParent = ToText(text); break;
            default: _traceState = ToText(text); break;
        }

        return true;
    }

    /// <summary>
    /// A cut reason is still a reason, and a cut target is still too long to be dialled, so both get their answer. Trace fields
    /// are dropped, an event is unknown; a long address or name refuses the message.
    /// </summary>
    private bool TryReadLongText(ref readonly Utf8JsonReader reader, Field field)
    {
        switch (field)
        {
            case Field.Event: _event = ControlEvent.Unknown; return true;
            case Field.Reason: _reason = Cut(JsonText.GetString(in reader)); return true;
            case Field.Target: _target = Cut(JsonText.GetString(in reader)); return true;
            case Field.TraceParent: _traceParent = null; return true;
            case Field.TraceState: _traceState = null; return true;
            default: return false;
        }
    }

    private static string? ToText(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8);

    private static string Cut(string text) => CloseText.Truncate(text, ControlMessage.MaxTextBytes);
}
