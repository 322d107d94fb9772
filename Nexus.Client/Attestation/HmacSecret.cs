using System.Text;
using Microsoft.Extensions.Logging;

namespace Nexus.Client.Attestation;

/// <summary>
/// The key as bytes. Never decoded as text when it comes from a file: a byte-order mark and bytes that are not UTF-8
/// belong to the key.
/// </summary>
internal sealed class HmacSecret
{
    private const int MaxFileBytes = 64 * 1024;

    private readonly NexusAttestationOptions _options;
    private readonly ILogger _logger;
    private byte[] _key;

    /// <exception cref="NexusTokenException">The file cannot be read, is too large, or nothing but white space is in it.</exception>
    public HmacSecret(NexusAttestationOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _key = Read(options);
    }

    /// <summary>
    /// The key of the moment: a file is read again for each token, of which there are few. One that cannot be read now (it is
    /// being replaced) leaves the key as it was.
    /// </summary>
    public ReadOnlyMemory<byte> Read()
    {
        try
        {
            _key = Read(_options);
        }
        catch (NexusTokenException ex)
        {
            AttestationLog.SecretKept(_logger, ex.Message);
        }

        return _key;
    }

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
