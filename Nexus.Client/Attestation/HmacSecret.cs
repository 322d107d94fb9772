using System.Text;

namespace Nexus.Client.Attestation;

/// <summary>
/// The key as bytes. Never decoded as text when it comes from a file: a byte-order mark and bytes that are not UTF-8
/// belong to the key.
/// </summary>
internal static class HmacSecret
{
    private const int MaxFileBytes = 64 * 1024;

    /// <exception cref="NexusTokenException">The file cannot be read, is too large, or nothing but white space is in it.</exception>
    public static byte[] Read(NexusAttestationOptions options)
    {
        var path = options.HmacSecretFile.Trim();
        var key = path.Length > 0 ? ReadFile(path) : Encoding.UTF8.GetBytes(options.HmacSecret);
        var trimmed = Trim(key);
        return trimmed.IsEmpty ? throw new NexusTokenException("The secret is empty.") : trimmed.ToArray();
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var buffer = new byte[MaxFileBytes + 1];
            var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length <= MaxFileBytes ? buffer[..length] : throw new NexusTokenException($"The secret file {path} is larger than {MaxFileBytes} bytes.");
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new NexusTokenException($"The secret file {path} cannot be read: {ex.Message}", ex);
        }
    }

    /// <summary>White space as Unicode knows it, seen through UTF-8; a byte that is no white space ends it.</summary>
    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> key)
    {
        while (!key.IsEmpty)
        {
            Rune.DecodeFromUtf8(key, out var rune, out var length);
            if (!Rune.IsWhiteSpace(rune)) break;
            key = key[length..];
        }

        while (!key.IsEmpty)
        {
            Rune.DecodeLastFromUtf8(key, out var rune, out var length);
            if (!Rune.IsWhiteSpace(rune)) break;
            key = key[..^length];
        }

        return key;
    }
}
