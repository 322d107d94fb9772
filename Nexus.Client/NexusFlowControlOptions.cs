namespace Nexus.Client;

/// <summary>Limits for what waits for a local service, in data frames. Values of 0 and less mean the default.</summary>
public sealed class NexusFlowControlOptions
{
    /// <summary>Frames waiting at which the hub is asked to pause the stream. Default 48; below <see cref="MaxBuffer"/>.</summary>
    public int HighWaterMark { get; set; }

    /// <summary>Frames waiting at which a paused stream is resumed. Default 16; below <see cref="HighWaterMark"/>.</summary>
    public int LowWaterMark { get; set; }

    /// <summary>Frames that the hub may send before the local service has taken any. Default 64.</summary>
    public int MaxBuffer { get; set; }

    /// <summary>
    /// Bytes of all users of one session that may wait for local services that do not take them. Streams that hold more than
    /// their share are paused at half of it and ended at all of it. Default 128 MiB, at least 1 MiB. Not a key of the file.
    /// </summary>
    public long MaxBufferedBytes { get; set; }

    internal NexusFlowControlOptions WithDefaults() => new()
    {
        HighWaterMark = HighWaterMark > 0 ? HighWaterMark : 48,
        LowWaterMark = LowWaterMark > 0 ? LowWaterMark : 16,
        MaxBuffer = MaxBuffer > 0 ? MaxBuffer : 64,
        MaxBufferedBytes = MaxBufferedBytes > 0 ? MaxBufferedBytes : 128 * 1024 * 1024,
    };
}
