using System.Text;

namespace Nexus.Edge.Peeking;

/// <summary>
/// Finds the host of an HTTP/1 head. Strict (RFC 9112) where readers disagree about where a message ends or whom it is
/// for: those heads are refused, not guessed at. Looks at every line once, when it is complete.
/// </summary>
internal struct HttpHeadParser
{
    private const int MaxMethodLength = 64;

    private int _lineStart;
    private int _scanned;
    private bool _sawEmptyLine;   // RFC 9112 §2.2: one in front is ignored
    private bool _sawRequestLine;
    private int _requestLineStart;
    private HttpRequestLine _request;
    private bool _hasHost;
    private int _hostStart;
    private int _hostLength;
    private bool _hasContentLength;
    private bool _isChunked;

    public PeekResult Parse(ReadOnlySpan<byte> captured)
    {
        while (true)
        {
            var newline = captured[_scanned..].IndexOf((byte)'\n');
            var end = newline < 0 ? captured.Length : _scanned + newline;
            if (!_sawRequestLine && RefuseEarly(captured[_lineStart..end]) is { } status) return new(status);
            if (newline < 0)
            {
                _scanned = captured.Length;
                return new(PeekStatus.NeedMore);
            }

            if (end == _lineStart || captured[end - 1] != '\r') return new(PeekStatus.Malformed); // a bare LF is no line end here
            var line = captured[_lineStart..(end - 1)];
            if (line.IsEmpty && _sawRequestLine) return Conclude(captured);
            if (!TryTakeLine(line)) return new(PeekStatus.Malformed);
            _lineStart = _scanned = end + 1;
        }
    }

    /// <summary>What need not wait for the end of the request line: the byte that cannot belong to one ends the peek.</summary>
    private readonly PeekStatus? RefuseEarly(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty) return null;
        if (line[0] == '\r') return line.Length > 1 || _sawEmptyLine ? PeekStatus.Malformed : null;
        if (!HttpRequestLine.TokenBytes.Contains(line[0])) return PeekStatus.NotRecognized;

        var methodEnd = line[..Math.Min(line.Length, MaxMethodLength + 1)].IndexOfAnyExcept(HttpRequestLine.TokenBytes);
        if (methodEnd < 0) return line.Length > MaxMethodLength ? PeekStatus.NotRecognized : null;
        if (line[methodEnd] != ' ') return PeekStatus.NotRecognized;
        if (line.Length > HttpRequestLine.MaxLength) return PeekStatus.TooLarge;
        var added = line[Math.Max(methodEnd, _scanned - _lineStart - 1)..]; // again the last byte: a CR that was at the end may not be any more
        var other = added.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E);
        return other >= 0 && (added[other] != '\r' || other != added.Length - 1) ? PeekStatus.Malformed : null;
    }

    private bool TryTakeLine(ReadOnlySpan<byte> line)
    {
        if (_sawRequestLine) return TryTakeField(line);
        if (line.IsEmpty)
        {
            _sawEmptyLine = true;
            return true;
        }
        _sawRequestLine = true;
        _requestLineStart = _lineStart;
        return HttpRequestLine.TryParse(line, out _request);
    }

    private bool TryTakeField(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExcept(HttpRequestLine.TokenBytes)) return false; // also obs-fold, RFC 9112 §5.2
        var name = line[..colon];
        var value = line[(colon + 1)..];
        foreach (var b in value)
        {
            if (b is < 0x20 and not (byte)'\t' or 0x7F) return false;
        }
        value = value.Trim(" \t"u8);

        if (Ascii.EqualsIgnoreCase(name, "Host"u8))
        {
            if (_hasHost) return false;
            _hasHost = true;
            _hostLength = value.Length;
            if (_hostLength > 0) _hostStart = _lineStart + colon + 1 + line[(colon + 1)..].IndexOfAnyExcept(" \t"u8);
        }
        else if (Ascii.EqualsIgnoreCase(name, "Content-Length"u8))
        {
            if (_hasContentLength || !IsLength(value)) return false;
            _hasContentLength = true;
        }
        else if (Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8))
        {
            if (_isChunked || !Ascii.EqualsIgnoreCase(value, "chunked"u8)) return false;
            _isChunked = true;
        }
        return true;
    }

    private static bool IsLength(ReadOnlySpan<byte> value)
    {
        const int MaxDigits = 18; // fits 63 bits
        return value.Length > 0 && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9') && value.TrimStart((byte)'0').Length <= MaxDigits;
    }

    private readonly PeekResult Conclude(ReadOnlySpan<byte> captured)
    {
        if (_hasContentLength && _isChunked) return new(PeekStatus.Malformed); // RFC 9112 §6.1
        if (!_hasHost && !(_request.IsHttp10 && _request.HasAuthority)) return new(PeekStatus.NoName);

        string? host = null;
        if (_hostLength > 0 && !RequestedName.TryReadAuthority(captured.Slice(_hostStart, _hostLength), out host)) return new(PeekStatus.BadName);
        if (!_request.HasAuthority) return host is null ? new(PeekStatus.NoName) : PeekResult.Found(host, isTls: false);

        var authority = captured.Slice(_requestLineStart + _request.AuthorityStart, _request.AuthorityLength);
        if (!RequestedName.TryReadAuthority(authority, out var target)) return new(PeekStatus.BadName);
        if (_request.IsConnect && host != target) return new(PeekStatus.BadName); // nobody here connects elsewhere
        return PeekResult.Found(target, isTls: false); // RFC 9112 §3.2.2: the target wins over Host
    }
}
