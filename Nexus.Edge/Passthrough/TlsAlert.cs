namespace Nexus.Edge.Passthrough;

/// <summary>A fatal alert in front of any ServerHello (RFC 8446 §6, RFC 5246 §7.2): all that can be said to a TLS user without a key.</summary>
internal static class TlsAlert
{
    public const byte DecodeError = 50;
    public const byte InternalError = 80;

    /// <summary>RFC 6066 §3.</summary>
    public const byte UnrecognizedName = 112;

    private const byte AlertRecord = 21;
    private const byte HandshakeRecord = 22;
    private const byte Fatal = 2;
    private const byte MajorVersion = 3;
    private const byte NewestMinorVersion = 3; // TLS 1.3 still writes 3.3, RFC 8446 §5.1
    private const int HelloVersion = 9; // behind the headers of record and message

    /// <summary>Whether these bytes began as TLS, so that an alert will be understood.</summary>
    public static bool IsUnderstoodBy(ReadOnlySpan<byte> firstBytes) => firstBytes is [HandshakeRecord, MajorVersion, ..];

    /// <summary>In the newest record version that the hello offers and we know.</summary>
    public static byte[] Create(ReadOnlySpan<byte> hello, byte description)
    {
        var offered = hello.Length > HelloVersion + 1 && hello[HelloVersion] == MajorVersion ? hello[HelloVersion + 1] : NewestMinorVersion;
        return [AlertRecord, MajorVersion, Math.Min(offered, NewestMinorVersion), 0, 2, Fatal, description];
    }
}
