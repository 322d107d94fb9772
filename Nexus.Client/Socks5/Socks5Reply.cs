namespace Nexus.Client.Socks5;

/// <summary>The reply codes of RFC 1928 §6 that are used.</summary>
internal enum Socks5Reply : byte
{
    Succeeded = 0x00,
    GeneralFailure = 0x01,
    ConnectionRefused = 0x05,
    CommandNotSupported = 0x07,
    AddressTypeNotSupported = 0x08,
}
