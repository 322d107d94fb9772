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

    internal NexusFlowControlOptions WithDefaults() => new()
    {
        HighWaterMark = HighWaterMark > 0 ? HighWaterMark : 48,
        LowWaterMark = LowWaterMark > 0 ? LowWaterMark : 16,
        MaxBuffer = MaxBuffer > 0 ? MaxBuffer : 64,
    };
}
