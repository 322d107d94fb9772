using System.Buffers.Text;
using System.Security.Cryptography;

namespace Nexus.Acme.Signing;

/// <summary>Binds the account to a customer account of the authority, RFC 8555 §7.3.4 (HS256).</summary>
public sealed class ExternalAccountBinding
{
    private const int MaxKeyId = 512;
    private readonly byte[] _key;

    /// <param name="keyId">As the authority gave it, 1 to 512 characters.</param>
    /// <param name="macKey">As the authority gave it: base64url, or base64, of at least 16 bytes. A secret.</param>
    /// <exception cref="FormatException">One of them is none. The message does not hold the key.</exception>
    public ExternalAccountBinding(string keyId, string macKey)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        ArgumentNullException.ThrowIfNull(macKey);
        if (keyId.Length is 0 or > MaxKeyId) throw new FormatException("The key identifier of the external account must have 1 to 512 characters.");
        var text = macKey.Trim().Replace('+', '-').Replace('/', '_').TrimEnd('=');
        if (!Base64UrlText.IsValid(text) || !Base64Url.IsValid(text)) throw new FormatException("The MAC key of the external account is not base64url.");
        _key = Base64Url.DecodeFromChars(text);
        if (_key.Length < 16) throw new FormatException("The MAC key of the external account is shorter than 16 bytes.");
        KeyId = keyId;
    }

    /// <summary>The customer's key identifier.</summary>
    public string KeyId { get; }

    /// <summary>Says whose it is, without the key.</summary>
    public override string ToString() => $"external account {KeyId}";

    internal byte[] Authenticate(ReadOnlySpan<byte> data) => HMACSHA256.HashData(_key, data);
}
