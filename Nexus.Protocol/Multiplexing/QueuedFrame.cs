namespace Nexus.Protocol.Multiplexing;

/// <summary>A frame of a queue, or a piece of one.</summary>
/// <param name="Bytes">Its payload, or what the sink did not take of it at first. Valid until it is taken out.</param>
/// <param name="Cost">What has yet to be paid for it.</param>
/// <param name="IsEnd">Whether no more of the frame follows.</param>
internal readonly record struct QueuedFrame(ReadOnlyMemory<byte> Bytes, int Cost, bool IsEnd);
