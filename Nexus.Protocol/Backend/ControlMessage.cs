namespace Nexus.Protocol.Backend;

/// <summary>
/// One JSON control message of a session. Absent, null, empty and zero are the same thing and leave the default.
/// Reading is as tolerant as the original receiver; writing keeps the original's key order.
/// </summary>
public readonly record struct ControlMessage
{
    /// <summary>Most bytes of a text field that is read. A longer <c>reason</c> or <c>target_addr</c> is cut, others refuse the message.</summary>
    public const int MaxTextBytes = 1_024;

    /// <summary>Starts a message. Other fields are set with an object initialiser.</summary>
    public ControlMessage(ControlEvent @event, StreamId streamId)
    {
        Event = @event;
        StreamId = streamId;
    }

    /// <summary>What the message says (<c>event</c>).</summary>
    public ControlEvent Event { get; init; }

    /// <summary>Whom it is about (<c>client_id</c>); nil when absent.</summary>
    public StreamId StreamId { get; init; }

    /// <summary>The relay port that the user reached (<c>conn_port</c>). Any number a peer sends: check before use.</summary>
    public int Port { get; init; }

    /// <summary>The user's <c>ip:port</c> (<c>client_ip</c>).</summary>
    public string? ClientAddress { get; init; }

    /// <summary><see cref="StreamTransport"/>; absent or unknown means TCP.</summary>
    public string? Transport { get; init; }

    /// <summary>The route key's wire text (<c>hostname</c>).</summary>
    public string? Hostname { get; init; }

    /// <summary>Whether a TLS ClientHello was seen (<c>is_tls</c>).</summary>
    public bool IsTls { get; init; }

    /// <summary>Why (<c>reason</c>): <see cref="DisconnectReason"/> or free text.</summary>
    public string? Reason { get; init; }

    /// <summary>Where to dial, <c>host:port</c> (<c>target_addr</c>).</summary>
    public string? TargetAddress { get; init; }

    /// <summary>Whether the dial succeeded (<c>success</c>).</summary>
    public bool Success { get; init; }

    /// <summary>Credits granted, in data messages (<c>credits</c>). Any number a peer sends, negative ones included: check before use.</summary>
    public long Credits { get; init; }

    /// <summary>
    /// Whether the sender understands <see cref="ControlEvent.HalfClose"/> on this stream, our own extra field (<c>half_close</c>): in
    /// `connect` and in a client's first grant. Ignored by others.
    /// </summary>
    public bool CanHalfClose { get; init; }

    /// <summary>W3C trace context, our own extra field (<c>trace_parent</c>); ignored by others.</summary>
    public string? TraceParent { get; init; }

    /// <summary>W3C trace state, our own extra field (<c>trace_state</c>); ignored by others.</summary>
    public string? TraceState { get; init; }

    /// <summary>
    /// Reads the JSON text after the marker. Unknown keys are ignored, names match in either case, an unknown event is not an error.
    /// False, for the whole message, on malformed JSON, a wrong type, a malformed id or bytes after the object.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out ControlMessage message)
    {
        var parser = new ControlMessageParser();
        if (json.Length <= DataFrame.MaxMessageSize && parser.TryParse(json))
        {
            message = parser.ToMessage();
            return true;
        }

        message = default;
        return false;
    }

    /// <summary>Writes the JSON text without the marker; false when there is no room or <see cref="Event"/> is unknown.</summary>
    public bool TryWrite(Span<byte> destination, out int written)
    {
        written = 0;
        var name = Event.ToWireText();
        if (name.IsEmpty) return false;

        var writer = new JsonSpanWriter(destination);
        writer.Raw("{\"event\":\""u8);
        writer.Raw(name);
        writer.Raw("\",\"client_id\":\""u8);
        writer.Id(StreamId);
        writer.Raw("\""u8);
        writer.Number(",\"conn_port\":"u8, Port);
        writer.Text(",\"client_ip\":"u8, ClientAddress);
        writer.Text(",\"transport\":"u8, Transport);
        writer.Text(",\"hostname\":"u8, Hostname);
        if (IsTls) writer.Raw(",\"is_tls\":true"u8);
        writer.Text(",\"reason\":"u8, Reason);
        writer.Text(",\"target_addr\":"u8, TargetAddress);
        if (Success) writer.Raw(",\"success\":true"u8);
        writer.Number(",\"credits\":"u8, Credits);
        if (CanHalfClose) writer.Raw(",\"half_close\":true"u8);
        writer.Text(",\"trace_parent\":"u8, TraceParent);
        writer.Text(",\"trace_state\":"u8, TraceState);
        writer.Raw("}"u8);
        if (writer.HasOverflowed) return false;

        written = writer.Written;
        return true;
    }
}
