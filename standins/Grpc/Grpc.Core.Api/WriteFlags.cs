namespace Grpc.Core;

[Flags]
public enum WriteFlags
{
    /// <summary>The message may wait for the next one instead of being sent at once.</summary>
    BufferHint = 0x1,

    /// <summary>Never compress; nothing is ever compressed here.</summary>
    NoCompress = 0x2,
}
