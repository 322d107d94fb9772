using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Identities;

/// <summary>
/// What lets a new process in: which role it may have, by which digest it knows the right Certs, and a secret that is good once. As text
/// <c>nxj1.ROLE.DIGEST.SECRET</c>, the last two base64url of 32 bytes each.
/// </summary>
internal sealed class JoinToken
{
    private const string Version = "nxj1";
    private const int Size = 32;
    private const int MaxLength = 128;

    private JoinToken(ServiceRole role, byte[] rootDigest, string secret) => (Role, RootDigest, Secret) = (role, rootDigest, secret);

    public ServiceRole Role { get; }

    /// <summary>SHA-256 of the root certificate.</summary>
    public byte[] RootDigest { get; }

    public string Secret { get; }

    public static JoinToken Create(ServiceRole role, X509Certificate2 root) =>
        new(role, SHA256.HashData(root.RawData), Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Size)));

    public static bool TryParse(string? text, [NotNullWhen(true)] out JoinToken? token)
    {
        token = null;
        if (text?.Trim() is not { Length: <= MaxLength } trimmed || trimmed.Split('.') is not [Version, var word, var digest, var secret]) return false;
        if (!ServiceRoles.TryParse(word, out var role) || Decode(digest) is not { } bytes || Decode(secret) is null) return false;
        token = new(role, bytes, secret);
        return true;
    }

    /// <summary>Under which name Certs knows a secret, so that it need not keep it.</summary>
    public static string NameOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret)));

    /// <summary>The secret included: to be shown once, to whom it is made for.</summary>
    public string Reveal() => $"{Version}.{Role.ToWord()}.{Base64Url.EncodeToString(RootDigest)}.{Secret}";

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Version}.{Role.ToWord()}…";

    private static byte[]? Decode(string text)
    {
        var bytes = new byte[Size];
        return Base64Url.IsValid(text, out var length) && length == Size && Base64Url.TryDecodeFromChars(text, bytes, out _) ? bytes : null;
    }
}
