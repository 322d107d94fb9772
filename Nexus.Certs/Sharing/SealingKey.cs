using System.Security.Cryptography;
using System.Text;

namespace Nexus.Certs.Sharing;

/// <summary>
/// Makes texts unreadable, and unchangeable, for all who do not have the key: AES-256-GCM with a nonce of its own for each, bound to the
/// text's name, so that one cannot be put in the place of another.
/// </summary>
internal sealed class SealingKey
{
    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int MaxFileBytes = 1_024;
    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;

    private readonly byte[] _key;

    private SealingKey(byte[] key) => _key = key;

    /// <summary>Reads base64 of 32 bytes from a file that is its owner's alone.</summary>
    /// <exception cref="FormatException">It is none; the message holds nothing of it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    public static SealingKey Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
            throw new FormatException($"{path} is open to others; its mode has to be 0600.");
        var key = new byte[KeySize + 1];
        if (new FileInfo(path).Length > MaxFileBytes || !Convert.TryFromBase64String(File.ReadAllText(path).Trim(), key, out var count) || count != KeySize)
            throw new FormatException($"{path} does not hold base64 of {KeySize} random bytes.");
        return new(key[..KeySize]);
    }

    /// <summary>Base64 of nonce, tag and ciphertext.</summary>
    public string Seal(string name, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var whole = new byte[NonceSize + TagSize + plain.Length];
        var nonce = whole.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_key, TagSize);
        cipher.Encrypt(nonce, plain, whole.AsSpan(NonceSize + TagSize), whole.AsSpan(NonceSize, TagSize), Encoding.UTF8.GetBytes(name));
        CryptographicOperations.ZeroMemory(plain);
        return Convert.ToBase64String(whole);
    }

    /// <exception cref="WrongSealingKeyException">It was not sealed with this key, under this name.</exception>
    public string Open(string name, string whole)
    {
        try
        {
            var bytes = Convert.FromBase64String(whole);
            if (bytes.Length < NonceSize + TagSize) throw new FormatException("Too short.");
            var plain = new byte[bytes.Length - NonceSize - TagSize];
            using var cipher = new AesGcm(_key, TagSize);
            cipher.Decrypt(bytes.AsSpan(0, NonceSize), bytes.AsSpan(NonceSize + TagSize), bytes.AsSpan(NonceSize, TagSize), plain, Encoding.UTF8.GetBytes(name));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            throw new WrongSealingKeyException($"\"{name}\" in Redis was sealed with another key, or has been changed.", e);
        }
    }
}
