namespace Nexus.Client.Tls;

/// <summary>Alerts in the place of an answer to a ClientHello, RFC 8446 §6: fatal, and in the clear as all there is before the keys.</summary>
internal static class TlsAlert
{
    /// <summary>There is no certificate for the name that was asked for.</summary>
    public static ReadOnlyMemory<byte> UnrecognizedName { get; } = Fatal(112);

    /// <summary>None of the application protocols that were offered.</summary>
    public static ReadOnlyMemory<byte> NoApplicationProtocol { get; } = Fatal(120);

    /// <summary>Nothing is wrong with what was asked for.</summary>
    public static ReadOnlyMemory<byte> InternalError { get; } = Fatal(80);

    private static byte[] Fatal(byte description) => [21, 3, 3, 0, 2, 2, description];
}
