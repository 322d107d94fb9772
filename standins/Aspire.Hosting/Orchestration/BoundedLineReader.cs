using System.Text;

namespace Aspire.Hosting.Orchestration;

/// <summary>Lines of at most <see cref="MaxLength"/> characters; longer ones come in pieces, so that no child can make us hold its output.</summary>
internal sealed class BoundedLineReader(TextReader reader)
{
    public const int MaxLength = 8_192;

    private readonly char[] _buffer = new char[4_096];
    private readonly StringBuilder _line = new();
    private int _position;
    private int _length;

    /// <summary>The next line, or null at the end.</summary>
    public async Task<string?> ReadAsync()
    {
        while (true)
        {
            if (_position == _length)
            {
                (_position, _length) = (0, await reader.ReadAsync(_buffer));
                if (_length == 0)
                    return _line.Length > 0 ? Take() : null;
            }
            var rest = _buffer.AsSpan(_position, _length - _position);
            var end = rest.IndexOf('\n');
            var part = rest[..Math.Min(end < 0 ? rest.Length : end, MaxLength - _line.Length)];
            _line.Append(part);
            _position += part.Length;
            if (part.Length == end)
                _position++;
            if (part.Length == end || _line.Length == MaxLength)
                return Take();
        }
    }

    private string Take()
    {
        var text = _line.ToString().TrimEnd('\r');
        _line.Clear();
        return text;
    }
}
