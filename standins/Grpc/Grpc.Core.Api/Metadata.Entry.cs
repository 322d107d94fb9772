using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One header: text, or bytes when the key ends in "-bin".</summary>
    public sealed class Entry
    {
        private static readonly SearchValues<char> s_keyCharacters =
            SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");

        private readonly string? _text;
        private readonly byte[]? _bytes;

        public Entry(string key, string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Key = NormaliseKey(key);
            if (IsBinary) throw new ArgumentException($"The key of a text value must not end in \"{BinaryHeaderSuffix}\".", nameof(key));

            _text = value;
        }

        public Entry(string key, byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            Key = NormaliseKey(key);
            if (!IsBinary) throw new ArgumentException($"The key of a binary value must end in \"{BinaryHeaderSuffix}\".", nameof(key));

            _bytes = (byte[])valueBytes.Clone();
        }

        public string Key { get; }

        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        public string Value => _text ?? throw new InvalidOperationException("The value is binary.");

        public byte[] ValueBytes => _bytes is null ? Encoding.ASCII.GetBytes(Value) : (byte[])_bytes.Clone();

        public override string ToString() => _text is null
            ? $"[Entry: key={Key}, valueBytes={_bytes?.Length ?? 0} bytes]"
            : $"[Entry: key={Key}, value={_text}]";

        private static string NormaliseKey(string key)
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
#pragma warning disable CA1308 // Header names are lower case on the wire.
            var lower = key.ToLowerInvariant();
#pragma warning restore CA1308
            return lower.AsSpan().ContainsAnyExcept(s_keyCharacters)
                ? throw new ArgumentException("A metadata key has only letters, digits, '_', '-' and '.'.", nameof(key))
                : lower;
        }
    }
}
