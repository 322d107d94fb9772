using System.Net.Sockets;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>What one receive brought.</summary>
/// <param name="Count">Bytes; 0 at the end of the connection, or with an error.</param>
/// <param name="Error">An error number; 0 for none.</param>
/// <param name="IsTruncated">The message, or what was attached to it, did not fit.</param>
/// <param name="Descriptors">How many were attached.</param>
/// <param name="Descriptor">The only one; the receiver's to dispose.</param>
internal readonly record struct ReceivedMessage(int Count, int Error, bool IsTruncated, int Descriptors, SafeSocketHandle? Descriptor);
