namespace Nexus.Hub.Sessions;

/// <summary>Which way a datagram goes.</summary>
internal enum DatagramDirection
{
    ToBackend,
    ToUser,
}
